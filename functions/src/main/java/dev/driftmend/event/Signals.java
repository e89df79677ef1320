package dev.driftmend.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.driftmend.json.JsonTree;
import dev.driftmend.model.drift.Signal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Turns a payload into signals: what it says, before it is known which stack it is about. */
public final class Signals {
  private static final EventParser CALL = new ApiCall();
  private static final EventParser NOT_COMPARED =
      event -> Why.NOT_COMPARED.because(event.detailType());

  private static final Map<EventKey, EventParser> PARSERS =
      Map.ofEntries(
          Map.entry(new EventKey("aws.ec2", ApiCall.DETAIL_TYPE), CALL),
          Map.entry(new EventKey("aws.ec2", "AWS Console Action via CloudTrail"), CALL),
          Map.entry(new EventKey("aws.ec2", "AWS Service Event via CloudTrail"), CALL),
          Map.entry(new EventKey("aws.elasticloadbalancing", ApiCall.DETAIL_TYPE), CALL),
          Map.entry(
              new EventKey("aws.elasticloadbalancing", "AWS Console Action via CloudTrail"), CALL),
          Map.entry(
              new EventKey("aws.elasticloadbalancing", "AWS Service Event via CloudTrail"), CALL),
          Map.entry(new EventKey("aws.iam", ApiCall.DETAIL_TYPE), CALL),
          Map.entry(new EventKey("aws.config", ConfigItem.DETAIL_TYPE), new ConfigItem()),
          Map.entry(new EventKey("aws.config", "Config Rules Compliance Change"), NOT_COMPARED),
          Map.entry(
              new EventKey("aws.cloudformation", "CloudFormation Stack Status Change"),
              new StackStatus()),
          Map.entry(
              new EventKey("aws.cloudformation", "CloudFormation Resource Status Change"),
              NOT_COMPARED),
          Map.entry(
              new EventKey("aws.cloudformation", "CloudFormation Drift Detection Status Change"),
              NOT_COMPARED),
          Map.entry(
              new EventKey("aws.ec2", "EC2 Instance State-change Notification"),
              new InstanceState()),
          Map.entry(new EventKey("aws.cloudwatch", AlarmState.DETAIL_TYPE), new AlarmState()),
          Map.entry(
              new EventKey("aws.cloudwatch", "CloudWatch Alarm Configuration Change"),
              NOT_COMPARED),
          Map.entry(
              new EventKey("aws.cloudwatch", "CloudWatch Alarm Contributor State Change"),
              NOT_COMPARED),
          Map.entry(new EventKey("aws.events", "Scheduled Event"), new Schedule()),
          Map.entry(new EventKey("aws.scheduler", "Scheduled Event"), new Schedule()),
          Map.entry(new EventKey("driftmend", "Driftmend Incident Opened"), new OwnIncident()),
          Map.entry(new EventKey("driftmend.schedule", "Sweep"), new Schedule()),
          Map.entry(new EventKey("driftmend.schedule", "Probe"), NOT_COMPARED));

  private Signals() {}

  /**
   * Never empty and never an exception: what cannot be read is {@link Signal.Ignored} with the
   * reason. A payload that wraps several events (SQS, SNS, a CloudTrail file) gives the signals of
   * each.
   *
   * @param received now; stands in for the time of an event that does not say it
   */
  public static List<Signal> of(byte[] payload, Instant received) {
    JsonNode json;
    try {
      json = JsonTree.read(payload);
    } catch (IOException e) {
      return Why.UNPARSABLE.because("not JSON: " + firstLine(e));
    }
    return Wrapping.open(json, received).stream().flatMap(p -> signals(p).stream()).toList();
  }

  private static List<Signal> signals(Wrapping.Content content) {
    return switch (content) {
      case Wrapping.Content.Event(var event) ->
          PARSERS
              .getOrDefault(new EventKey(event.source(), event.detailType()), Signals::unknown)
              .parse(event);
      case Wrapping.Content.Unreadable(var why) -> Why.UNPARSABLE.because(why);
    };
  }

  private static List<Signal> unknown(Envelope event) {
    return Why.UNKNOWN.because("\"" + event.detailType() + "\" of " + event.source());
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private record EventKey(String source, String detailType) {}
}
