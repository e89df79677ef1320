/**
 * What a template tells of whatever stands behind a load balancer: instances, Auto Scaling groups,
 * ECS services, functions, and what is in front of an app on them. Pure.
 */
@NullMarked
package dev.driftmend.diagnose.scene;

import org.jspecify.annotations.NullMarked;
