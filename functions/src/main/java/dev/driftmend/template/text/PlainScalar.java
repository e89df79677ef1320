package dev.driftmend.template.text;

import java.util.regex.Pattern;

/**
 * What CloudFormation makes of YAML text without quotes. It reads YAML 1.1: {@code yes}, {@code
 * on}, {@code no} and {@code off} arrive as booleans, while dates, versions such as {@code
 * 2012-10-17} and single letters stay text. For octal, hexadecimal, sexagesimal and underscored
 * numbers reports differ, so they are not taken for known.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html">Template
 *     formats</a>
 */
final class PlainScalar {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");
  private static final Pattern DOUBTFUL =
      Pattern.compile(
          "[-+]?(?:0[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+|[1-9][0-9]*_[0-9_]*"
              + "|[1-9][0-9_]*(?::[0-5]?[0-9])+)");

  private PlainScalar() {}

  static Node read(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> new Node.Unclear(YamlText.NULL);
      case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON" ->
          new Node.Text("true", true);
      case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF" ->
          new Node.Text("false", true);
      default -> number(text);
    };
  }

  private static Node number(String text) {
    if (NUMBER.matcher(text).matches()) {
      return new Node.Text(text, true);
    }
    return DOUBTFUL.matcher(text).matches()
        ? new Node.Unclear(text + " without quotes may be read as a number; put it in quotes")
        : new Node.Text(text);
  }
}
