package dev.driftmend.render.text;

import dev.driftmend.model.incident.Alert;
import dev.driftmend.model.incident.Incident;
import dev.driftmend.render.Plain;
import dev.driftmend.render.Words;

/** An alert for people: what a phone shows first, and what it shows when it is opened. */
public final class AlertText {
  /**
   * SNS: printable ASCII, no line break, "less than 100 characters".
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">Publish</a>
   */
  private static final int SUBJECT = 99;

  /**
   * One SMS part is 160 characters of GSM 03.38; some of ASCII's need two, and SNS may put a name
   * before it.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html">SMS</a>
   */
  private static final int SMS = 140;

  private static final int LONGEST_STACK = 32;

  private AlertText() {}

  /** E.g. {@code FIXED high: WebSecurityGroup ... (shop)}: at most 100 printable ASCII. */
  public static String subject(Alert alert) {
    var incident = alert.incident();
    var where = " (" + Plain.cut(Plain.ascii(incident.stack().name()), LONGEST_STACK) + ")";
    return Plain.cut(head(alert), SUBJECT - where.length()) + where;
  }

  /** The same with what to do, as far as it fits: at most 140 printable ASCII. */
  public static String sms(Alert alert) {
    var next = Plain.ascii(alert.next());
    var line = "driftmend " + subject(alert);
    return Plain.cut(next.isBlank() ? line : line + " Next: " + next, SMS);
  }

  /** Lines of text, the answers in the order in which they are asked at 3 a.m. */
  public static String body(Alert alert) {
    return AlertBody.write(alert);
  }

  private static String head(Alert alert) {
    Incident incident = alert.incident();
    return Plain.ascii(
            Words.state(alert) + " " + incident.severity().text() + ": " + incident.title())
        .strip();
  }
}
