package dev.driftmend.model.stack;

/**
 * A CloudFormation stack, known by its id, the only name of it that is never reused.
 *
 * @param id the stack's ARN, {@code arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/UUID}
 */
public record StackRef(String id) {
  private static final int PARTS = 6;

  public StackRef {
    var parts = id.split(":", PARTS);
    if (parts.length < PARTS
        || !parts[2].equals("cloudformation")
        || parts[5].split("/").length != 3) {
      throw new IllegalArgumentException(
          "not the ARN of a CloudFormation stack"
              + " (arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/UUID): "
              + id);
    }
  }

  public String partition() {
    return id.split(":", PARTS)[1];
  }

  public String region() {
    return id.split(":", PARTS)[3];
  }

  public String account() {
    return id.split(":", PARTS)[4];
  }

  public String name() {
    return id.split("/")[1];
  }

  /** The last part of the ARN: at most 36 characters, fit for a queue's message group. */
  public String uuid() {
    return id.split("/")[2];
  }
}
