package dev.driftmend.template.text;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A key that stands twice in one object of a template. The last one counts; the other is lost
 * without a word.
 *
 * @param path the keys from the outermost, e.g. {@code Resources, Web, Properties, ImageId}
 * @param first the line of the one that is lost, counted from 1
 * @param last the line of the one that counts
 */
public record DuplicateKey(List<String> path, int first, int last) {
  private static final List<String> UNSAID = List.of("Resources", "Properties");

  static DuplicateKey of(Deque<String> in, String key, int first, int last) {
    var path = new ArrayList<>(in);
    path.add(key);
    return new DuplicateKey(List.copyOf(path), first, last);
  }

  /** E.g. {@code Web.ImageId stands twice, on the lines 7 and 9: the last one counts}. */
  public String sentence() {
    var names =
        path.getFirst().equals("Resources")
            ? path.stream().filter(name -> !UNSAID.contains(name)).toList()
            : path;
    return String.join(".", names.isEmpty() ? path : names)
        + " stands twice, on the lines "
        + first
        + " and "
        + last
        + ": the last one counts, remove the other";
  }
}
