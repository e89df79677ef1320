import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar that is the same bytes for the same entries. */
final class Archive {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Archive() {}

  /** In the order of names, without times, and stored: what ships is compressed as a whole. */
  static void write(SortedMap<String, byte[]> entries, Path jar) throws IOException {
    try (var to = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (var each : entries.entrySet()) {
        var bytes = each.getValue();
        var entry = new ZipEntry(each.getKey());
        entry.setTimeLocal(NO_TIME);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        var sum = new CRC32();
        sum.update(bytes);
        entry.setCrc(sum.getValue());
        to.putNextEntry(entry);
        to.write(bytes);
      }
    }
  }
}
