package dev.driftmend.kind.instance;

import dev.driftmend.kind.Argument;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The steps that bring one instance back. */
final class InstanceRepairs {

  private final StackRef stack;
  private final Resource desired;
  private final Observed live;

  InstanceRepairs(StackRef stack, Resource desired, Observed live) {
    this.stack = stack;
    this.desired = desired;
    this.live = live;
  }

  /** One call replaces the whole list, so that there is no moment with too few groups. */
  List<Step> groups(List<Drift> drifts) {
    if (!hasOneInterface()) {
      return drifts.stream()
          .map(
              d ->
                  ofSeveral(
                      d,
                      "set the groups of the interface: aws ec2"
                          + " modify-network-interface-attribute"))
          .toList();
    }
    return List.of(
        call(
            drifts,
            Repairs.replacing(drifts),
            Instance.MODIFY,
            Argument.GROUPS,
            Repairs.keysAfter(desired, live, Instance.GROUPS, drifts),
            "give the instance the groups that the template declares"));
  }

  private boolean hasOneInterface() {
    return live instanceof Observed.Found f
        && f.properties().get(Instance.INTERFACES) instanceof Property.Scalar s
        && s.value().equals("1");
  }

  private Step ofSeveral(Drift drift, String remediation) {
    return Repairs.report(
        stack,
        drift,
        "with several interfaces it is not certain which one the template means",
        remediation);
  }

  Step disassociate(Drift.Extra extra) {
    var association = extra.item().handle();
    if (association == null) {
      return Repairs.report(
          stack,
          extra,
          "the address was assigned at launch and cannot be taken away while the instance runs",
          Repairs.replacement(extra.resource()));
    }
    return Repairs.call(
        stack,
        List.of(extra),
        Step.Phase.REMOVE,
        extra.resource(),
        Instance.DISASSOCIATE,
        Map.of(Argument.ASSOCIATION, List.of(association)),
        "take the public address " + extra.item().key() + " from a private instance");
  }

  /** Only an elastic address can be given back; no template declares one here, undoing does. */
  Step associate(Drift.Missing missing) {
    return missing.item().handle() == null
        ? Repairs.report(
            stack,
            missing,
            "an address that is assigned at launch cannot be given back",
            "stop the instance and start it: it gets another address")
        : call(
            List.of(missing),
            Step.Phase.RESTORE,
            Instance.ASSOCIATE,
            Argument.ADDRESS,
            List.of(missing.item().key()),
            "give the instance its public address " + missing.item().key() + " back");
  }

  Step setting(Drift.Changed changed) {
    return switch (changed.property()) {
      case Instance.STATE -> start(changed);
      case Instance.SOURCE_DEST_CHECK -> check(changed);
      case Instance.PROFILE -> profile(changed);
      default -> type(changed);
    };
  }

  private Step start(Drift.Changed changed) {
    if (!changed.desired().equals("running")) {
      return Repairs.report(
          stack,
          changed,
          "an instance that runs is not stopped",
          cli("stop-instances --instance-ids " + id()));
    }
    return changed.live().equals("stopped")
        ? call(
            List.of(changed),
            Step.Phase.RESTORE,
            Instance.START,
            Map.of(),
            "start the instance that the template wants running")
        : Repairs.report(
            stack,
            changed,
            "an instance can only be started once it has stopped",
            cli("start-instances --instance-ids " + id()));
  }

  private Step check(Drift.Changed changed) {
    return hasOneInterface()
        ? call(
            List.of(changed),
            Step.Phase.CHANGE,
            Instance.MODIFY,
            Argument.SOURCE_DEST_CHECK,
            List.of(changed.desired()),
            "check source and destination as the template declares")
        : ofSeveral(
            changed,
            "set it on the interface: aws ec2 modify-network-interface-attribute"
                + " --source-dest-check");
  }

  /** Sets what drifted and nothing else; the service keeps the rest. */
  Step metadata(List<Drift.Changed> drifts) {
    var arguments = new LinkedHashMap<String, List<String>>();
    InstanceOptions.ARGUMENTS.forEach(
        (argument, property) ->
            drifts.stream()
                .filter(d -> d.property().equals(property))
                .forEach(d -> arguments.put(argument, List.of(d.desired()))));
    return call(
        drifts,
        Step.Phase.CHANGE,
        Instance.MODIFY_METADATA,
        arguments,
        "set the metadata options that the template declares");
  }

  private Step profile(Drift.Changed changed) {
    var profile = "--iam-instance-profile Name=" + changed.desired();
    return Repairs.report(
        stack,
        changed,
        "permissions are never changed",
        changed.live().isEmpty()
            ? cli("associate-iam-instance-profile --instance-id " + id() + " " + profile)
            : cli(
                "replace-iam-instance-profile-association "
                    + profile
                    + " --association-id $("
                    + cli(
                        "describe-iam-instance-profile-associations --filters"
                            + " Name=instance-id,Values="
                            + id()
                            + " --query 'IamInstanceProfileAssociations[0].AssociationId'"
                            + " --output text")
                    + ")"));
  }

  private Step type(Drift.Changed changed) {
    return Repairs.report(
        stack,
        changed,
        "only an instance that is stopped can change its size",
        "stop it, then "
            + cli(
                "modify-instance-attribute --instance-id "
                    + id()
                    + " --instance-type Value="
                    + changed.desired())
            + ", then start it");
  }

  private String cli(String command) {
    return "aws ec2 " + command + " --region " + stack.region();
  }

  private String id() {
    return desired.ref().physicalId();
  }

  private Step call(
      List<? extends Drift> drifts,
      Step.Phase phase,
      String operation,
      String argument,
      List<String> values,
      String why) {
    return call(drifts, phase, operation, Map.of(argument, values), why);
  }

  private Step call(
      List<? extends Drift> drifts,
      Step.Phase phase,
      String operation,
      Map<String, List<String>> more,
      String why) {
    var arguments = new LinkedHashMap<>(more);
    arguments.put(Argument.INSTANCE, List.of(id()));
    return Repairs.call(stack, drifts, phase, desired.ref(), operation, arguments, why);
  }
}
