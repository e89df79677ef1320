package dev.driftmend.model.stack;

/**
 * One resource of a stack.
 *
 * @param type the CloudFormation type, e.g. {@code AWS::EC2::SecurityGroup}
 * @param physicalId what {@code Ref} gives in the deployed stack
 */
public record ResourceRef(String logicalId, String type, String physicalId) {}
