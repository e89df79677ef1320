package dev.driftmend.port;

import dev.driftmend.model.stack.StackRef;
import java.util.List;
import java.util.Optional;

/**
 * Change sets by which CloudFormation itself brings a stack back to its template. Only a person has
 * them made: nothing that runs by itself uses this port.
 */
public interface ChangeSets {

  /**
   * Makes a change set of the stack's previous template, parameters and capabilities that reverts
   * its drift, and waits until it is known what it would change. One that would change nothing, or
   * could not be made, is not left behind.
   *
   * @param name by which {@link #execute} and {@link #delete} know it
   */
  Made create(StackRef stack, String name);

  /**
   * Executes a change set and waits for the end.
   *
   * @return empty if the stack was updated; else why not, in CloudFormation's words
   */
  Optional<String> execute(StackRef stack, String name);

  void delete(StackRef stack, String name);

  sealed interface Made {
    /** One line for each property or resource that would be changed. */
    record Changes(List<String> lines) implements Made {
      public Changes {
        lines = List.copyOf(lines);
      }
    }

    record Nothing() implements Made {}

    record Failed(String why) implements Made {}
  }
}
