package dev.driftmend.kind.role;

import static dev.driftmend.kind.Kind.Coverage.How.NOT_COVERED;
import static dev.driftmend.kind.Kind.Coverage.How.REPORT_ONLY;

import dev.driftmend.kind.Kind;
import dev.driftmend.kind.NormalForms;
import dev.driftmend.kind.Repairs;
import dev.driftmend.model.drift.Drift;
import dev.driftmend.model.drift.Exposure;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.Observed;
import dev.driftmend.model.stack.Property;
import dev.driftmend.model.stack.Resource;
import dev.driftmend.model.stack.StackRef;
import dev.driftmend.model.stack.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * A role: who may take it and what it may do. Permissions are compared and reported, never changed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html">AWS::IAM::Role</a>
 */
public final class Role implements Kind {
  public static final String TYPE = "AWS::IAM::Role";

  /** By ARN; what is attached beside the template's is drift even if it declares none. */
  public static final String MANAGED_POLICIES = "ManagedPolicies";

  /** By name, with the field {@link #DOCUMENT}. */
  public static final String INLINE_POLICIES = "InlinePolicies";

  /** A policy in the normal form of {@link PolicyDocument}. */
  public static final String DOCUMENT = "document";

  public static final String TRUST_POLICY = "TrustPolicy";

  /** The ARN of a managed policy; live empty if there is none. */
  public static final String BOUNDARY = "PermissionsBoundary";

  /** The instance profiles that it is in, by name. */
  public static final String INSTANCE_PROFILES = "InstanceProfiles";

  public static final String POLICY = "AWS::IAM::Policy";
  public static final String ROLE_POLICY = "AWS::IAM::RolePolicy";
  public static final String INSTANCE_PROFILE = "AWS::IAM::InstanceProfile";
  private static final String TRUST = "AssumeRolePolicyDocument";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<String> parts() {
    return Set.of(POLICY, ROLE_POLICY, INSTANCE_PROFILE);
  }

  @Override
  public List<Coverage> coverage() {
    var rows = new ArrayList<Coverage>();
    add(rows, TYPE, REPORT_ONLY, "who may take the role", TRUST);
    add(rows, TYPE, REPORT_ONLY, "what the role may do", "ManagedPolicyArns", "Policies", BOUNDARY);
    add(rows, TYPE, NOT_COVERED, "permits and forbids nothing", "Description", "Tags");
    add(rows, TYPE, NOT_COVERED, "how long a session may be", "MaxSessionDuration");
    add(rows, TYPE, NOT_COVERED, "no API can change it", "Path", "RoleName");
    add(rows, TYPE, NOT_COVERED, "read-only", "Arn", "RoleId");
    add(rows, POLICY, REPORT_ONLY, "an inline policy", "PolicyDocument", "PolicyName", "Roles");
    add(rows, POLICY, NOT_COVERED, "users and groups are no kinds", "Groups", "Users");
    add(rows, POLICY, NOT_COVERED, "read-only", "Id");
    add(
        rows,
        ROLE_POLICY,
        REPORT_ONLY,
        "an inline policy",
        "PolicyDocument",
        "PolicyName",
        "RoleName");
    add(rows, INSTANCE_PROFILE, REPORT_ONLY, "that the role is in it", "Roles");
    add(rows, INSTANCE_PROFILE, NOT_COVERED, "no API can change it", "Path", "InstanceProfileName");
    add(rows, INSTANCE_PROFILE, NOT_COVERED, "read-only", "Arn");
    return rows;
  }

  private static void add(
      List<Coverage> rows, String type, Coverage.How how, String why, String... properties) {
    for (var property : properties) {
      rows.add(new Coverage(type, property, how, why));
    }
  }

  @Override
  public Resource desired(Declared self, DeclaredStack stack) {
    var policies = new RoleReader(self, stack);
    var properties = new LinkedHashMap<String, Property>();
    properties.put(MANAGED_POLICIES, policies.managedPolicies());
    properties.put(INLINE_POLICIES, policies.inlinePolicies());
    self.property(TRUST).ifPresent(v -> properties.put(TRUST_POLICY, document(v)));
    NormalForms.scalars(properties, self.properties(), List.of(BOUNDARY));
    policies.instanceProfiles().ifPresent(p -> properties.put(INSTANCE_PROFILES, p));
    return new Resource(self.ref(), properties);
  }

  private static Property document(Value declared) {
    try {
      return new Property.Scalar(PolicyDocument.of(declared));
    } catch (IllegalArgumentException e) {
      return new Property.Unknown(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Impact impact(Drift drift, Resource desired, Observed live) {
    return switch (drift) {
      case Drift.Gone g -> new Impact(Exposure.OUTAGE, "whatever uses it is refused");
      case Drift.Unreadable u -> new Impact(Exposure.NONE, "not known");
      case Drift.Missing m -> new Impact(Exposure.DEGRADED, "what needs it is refused");
      case Drift.Extra e when e.property().equals(INSTANCE_PROFILES) ->
          new Impact(Exposure.LATENT, "other instances can be given the role");
      case Drift.Extra e -> new Impact(Exposure.LATENT, "widened privilege: it may do more");
      case Drift.Changed c ->
          switch (c.property()) {
            case TRUST_POLICY -> new Impact(Exposure.LATENT, "others may take the role");
            case BOUNDARY -> new Impact(Exposure.LATENT, "widened privilege: another boundary");
            default -> new Impact(Exposure.LATENT, "widened privilege: it may do other things");
          };
    };
  }

  @Override
  public Set<String> calls(Drift drift) {
    if (drift instanceof Drift.Gone) {
      return Set.of("DeleteRole");
    }
    var missing = drift instanceof Drift.Missing;
    return switch (drift.property()) {
      case MANAGED_POLICIES -> Set.of(missing ? "DetachRolePolicy" : "AttachRolePolicy");
      case INLINE_POLICIES -> Set.of(missing ? "DeleteRolePolicy" : "PutRolePolicy");
      case INSTANCE_PROFILES ->
          missing
              ? Set.of("RemoveRoleFromInstanceProfile", "DeleteInstanceProfile")
              : Set.of("AddRoleToInstanceProfile");
      case BOUNDARY -> Set.of("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary");
      default -> Set.of("UpdateAssumeRolePolicy");
    };
  }

  @Override
  public List<Step> repair(StackRef stack, Resource desired, Observed live, List<Drift> drifts) {
    var steps = new ArrayList<Step>();
    for (var drift : drifts) {
      var beyond = Repairs.beyondRepair(stack, drift);
      steps.add(
          beyond != null
              ? beyond
              : Repairs.report(
                  stack, drift, "permissions are never changed", remediation(stack, drift)));
    }
    return steps;
  }

  private static String remediation(StackRef stack, Drift drift) {
    var role = "--role-name " + drift.resource().physicalId();
    return switch (drift) {
      case Drift.Extra e ->
          switch (e.property()) {
            case MANAGED_POLICIES ->
                "aws iam detach-role-policy " + role + " --policy-arn " + e.item().key();
            case INLINE_POLICIES ->
                "aws iam delete-role-policy " + role + " --policy-name '" + e.item().key() + "'";
            default ->
                "aws iam remove-role-from-instance-profile "
                    + role
                    + " --instance-profile-name "
                    + e.item().key();
          };
      case Drift.Missing m ->
          switch (m.property()) {
            case MANAGED_POLICIES ->
                "aws iam attach-role-policy " + role + " --policy-arn " + m.item().key();
            case INSTANCE_PROFILES ->
                "aws iam add-role-to-instance-profile "
                    + role
                    + " --instance-profile-name "
                    + m.item().key();
            default -> Repairs.revertDrift(stack);
          };
      case Drift.Changed c when c.property().equals(BOUNDARY) ->
          "aws iam put-role-permissions-boundary "
              + role
              + " --permissions-boundary "
              + c.desired();
      case Drift.Changed c -> Repairs.revertDrift(stack);
      case Drift.Gone g -> Repairs.revertDrift(stack);
      case Drift.Unreadable u -> Repairs.revertDrift(stack);
    };
  }

  /** No call changes a role. */
  @Override
  public Observed after(Step.Call call, Observed live) {
    return live;
  }
}
