package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.util.List;

/** Whether somebody hears the alerts. */
final class Subscribers implements Matter {
  private static final String EMAIL = "AlertEmail";

  @Override
  public Says says() {
    return new Says(
        "alerts",
        "SNS sends nothing to an address until its owner has confirmed the subscription.",
        "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var snapshot = visit.snapshot();
    var email = visit.settings().value(EMAIL);
    var topic = snapshot == null ? null : snapshot.outputs().get("AlertTopicArn");
    if (topic == null) {
      return List.of(
          email.isEmpty()
              ? says()
                  .note(
                      "nobody would get an alert: give an address, or subscribe something to the"
                          + " topic after the deployment",
                      Says.parameters(EMAIL, "on-call@example.com"))
              : says().fine(email + " will get a mail that its owner has to confirm"));
    }
    if (visit.account().isHeard(topic)) {
      return List.of(says().fine("somebody has confirmed to hear them"));
    }
    return List.of(
        email.isEmpty()
            ? says()
                .mend(
                    "nobody hears them",
                    Says.parameters(EMAIL, "on-call@example.com"),
                    "aws sns subscribe --topic-arn "
                        + topic
                        + " --protocol email --notification-endpoint on-call@example.com")
            : says()
                .mend(
                    "nobody hears them: the mail to " + email + " was not confirmed",
                    "aws sns subscribe --topic-arn "
                        + topic
                        + " --protocol email --notification-endpoint "
                        + email));
  }
}
