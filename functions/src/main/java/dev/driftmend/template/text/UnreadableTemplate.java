package dev.driftmend.template.text;

/**
 * The template's body is no CloudFormation template: nothing of the stack can be compared. The
 * message says where, what is wrong and what to do.
 */
public final class UnreadableTemplate extends RuntimeException {
  private static final String WAY_OUT =
      "; `aws cloudformation validate-template` checks the same text";
  private final int line;
  private final int column;

  public UnreadableTemplate(String what, int line, int column) {
    super("unreadable template, line " + line + ", column " + column + ": " + what + WAY_OUT);
    this.line = line;
    this.column = column;
  }

  public UnreadableTemplate(String what) {
    super("unreadable template: " + what + WAY_OUT);
    this.line = 0;
    this.column = 0;
  }

  /** Counted from 1; 0 if it is the template as a whole. */
  public int line() {
    return line;
  }

  /** Counted from 1; 0 if it is the template as a whole. */
  public int column() {
    return column;
  }
}
