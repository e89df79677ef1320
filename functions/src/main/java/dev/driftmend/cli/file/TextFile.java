package dev.driftmend.cli.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Text of a file in whatever encoding it was saved.
 *
 * @param remark which encoding was guessed; empty if it is UTF-8 or says what it is
 */
public record TextFile(String text, Optional<String> remark) {
  private static final int MARK = 2;

  public static TextFile read(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    var wide = wide(bytes);
    if (wide.isPresent()) {
      return new TextFile(unmarked(new String(bytes, wide.get())), Optional.empty());
    }
    try {
      return new TextFile(unmarked(strict(bytes, bytes.length)), Optional.empty());
    } catch (CharacterCodingException e) {
      return new TextFile(
          new String(bytes, StandardCharsets.ISO_8859_1),
          Optional.of(
              "line " + line(bytes) + " is no UTF-8: the file is read as Latin-1 (ISO 8859-1)"));
    }
  }

  /** By its byte order mark, or by the zero that every second byte of plain text then is. */
  private static Optional<Charset> wide(byte[] bytes) {
    if (bytes.length < MARK) {
      return Optional.empty();
    }
    var first = bytes[0] & 0xff;
    var second = bytes[1] & 0xff;
    if (first == 0xfe && second == 0xff || first == 0 && second != 0) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    if (first == 0xff && second == 0xfe || first != 0 && second == 0) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return Optional.empty();
  }

  private static String unmarked(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static String strict(byte[] bytes, int length) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
  }

  /** The first line that is no UTF-8, counted from 1. */
  private static int line(byte[] bytes) {
    var line = 1;
    var start = 0;
    for (var at = 0; at <= bytes.length; at++) {
      if (at == bytes.length || bytes[at] == '\n') {
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, at - start));
        } catch (CharacterCodingException e) {
          return line;
        }
        start = at + 1;
        line++;
      }
    }
    return line;
  }
}
