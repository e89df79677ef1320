package dev.driftmend.model;

import org.jspecify.annotations.Nullable;

/**
 * Who made a call, only to be named in an alert.
 *
 * @param principal the ARN of the user or of the role behind the session; {@code unknown} if the
 *     event has none
 * @param invokedBy the AWS service that acted for the principal, e.g. {@code
 *     cloudformation.amazonaws.com}
 */
public record Caller(
    String principal,
    @Nullable String sourceIp,
    @Nullable String userAgent,
    @Nullable String invokedBy) {}
