package dev.driftmend.aws.client;

import java.util.ArrayList;
import java.util.List;

/** Cuts what is too long for one call. */
public final class Chunks {
  private Chunks() {}

  public static <T> List<List<T>> of(List<T> all, int size) {
    var chunks = new ArrayList<List<T>>();
    for (var i = 0; i < all.size(); i += size) {
      chunks.add(all.subList(i, Math.min(all.size(), i + size)));
    }
    return chunks;
  }
}
