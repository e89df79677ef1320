package dev.driftmend.cli.file;

import dev.driftmend.cli.Refusal;
import dev.driftmend.template.nested.NestedStacks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Templates of nested stacks that are files, as {@code aws cloudformation package} and SAM take
 * them: named from the directory of the template that nests them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html">package:
 *     TemplateURL, Location</a>
 */
public final class NestedFiles implements NestedStacks.Files {
  private final Path outermost;

  public NestedFiles(Path outermost) {
    this.outermost = outermost;
  }

  @Override
  public NestedStacks.@Nullable File at(String from, String location) {
    if (location.contains("://")) {
      return null;
    }
    try {
      var around = from.isEmpty() ? outermost : Path.of(from);
      var file = around.resolveSibling(location).normalize();
      return Files.isRegularFile(file)
          ? new NestedStacks.File(file.toString(), TextFile.read(file).text())
          : null;
    } catch (InvalidPathException e) {
      return null;
    } catch (IOException e) {
      throw new Refusal("the nested template " + location + " cannot be read: " + e, e);
    }
  }
}
