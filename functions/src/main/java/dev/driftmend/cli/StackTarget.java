package dev.driftmend.cli;

import java.util.Optional;

/**
 * What the command line points at.
 *
 * @param stack name or ARN
 * @param guard name of the guard's stack, if it was given
 * @param region if it was given
 */
record StackTarget(String stack, Optional<String> guard, Optional<String> region) {}
