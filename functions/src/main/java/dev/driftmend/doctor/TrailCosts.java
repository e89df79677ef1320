package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.port.Account.Trail;
import dev.driftmend.port.Account.Writes;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A trail that logs changes: without one no call makes an event. A second one is paid for. */
final class TrailCosts implements Matter {
  private static final String CREATE = "CreateTrail";
  private static final int MOST = 5;
  private static final String COST = "a second copy of management events costs $2 per 100,000";

  @Override
  public Says says() {
    return new Says(
        "trail",
        "EventBridge hears of API calls only while a trail of the region logs changes; a region has"
            + " at most "
            + MOST
            + " trails, and "
            + COST
            + ".",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    var trails = visit.account().trails();
    var own = visit.stack() + "-writes";
    var others = trails.stream().filter(t -> !t.name().equals(own)).toList();
    if (logs(others, Writes.LOGGED)) {
      settings.lookUp(CREATE, "false");
    }
    return List.of(
        settings.isTrue(CREATE)
            ? created(visit, trails, others, own)
            : used(others, settings.isKept(CREATE)));
  }

  private Check created(Visit visit, List<Trail> trails, List<Trail> others, String own) {
    var isThere = others.size() < trails.size();
    if (!isThere && trails.size() >= MOST) {
      return says()
          .blocks(
              "there are "
                  + trails.size()
                  + " trails ("
                  + names(trails)
                  + ") and none of them is known to log changes",
              "aws cloudtrail put-event-selectors --trail-name NAME --event-selectors"
                  + " ReadWriteType=WriteOnly,IncludeManagementEvents=true",
              Says.parameters(CREATE, "false"));
    }
    if (logs(others, Writes.LOGGED)) {
      return says()
          .note(
              names(logging(others)) + " logs changes already: " + COST,
              Says.parameters(CREATE, "false"));
    }
    if (isThere && !logs(trails, Writes.LOGGED)) {
      return logs(trails, Writes.UNKNOWN)
          ? says().unknown("whether " + own + " logs changes may not be looked at")
          : says().mend(own + " does not log", "aws cloudtrail start-logging --name " + own);
    }
    if (logs(others, Writes.UNKNOWN)) {
      return says()
          .unknown(
              "what "
                  + names(others.stream().filter(t -> t.writes() == Writes.UNKNOWN).toList())
                  + " logs may not be looked at; if it is changes, "
                  + COST,
              Says.parameters(CREATE, "false"));
    }
    return says().fine(isThere ? own + " logs changes" : visit.stack() + " makes the first copy");
  }

  private Check used(List<Trail> others, boolean kept) {
    if (logs(others, Writes.LOGGED)) {
      return says().fine(names(logging(others)) + " logs changes and is used");
    }
    if (logs(others, Writes.UNKNOWN)) {
      return says()
          .unknown(
              "what "
                  + names(others)
                  + " logs may not be looked at, and no other trail logs changes",
              Says.parameters(CREATE, "true"));
    }
    return says()
        .mend(
            "no trail logs changes" + (kept ? "" : ", and none is to be made"),
            Says.parameters(CREATE, "true"));
  }

  private static boolean logs(List<Trail> trails, Writes writes) {
    return trails.stream().anyMatch(t -> t.writes() == writes);
  }

  private static List<Trail> logging(List<Trail> trails) {
    return trails.stream().filter(t -> t.writes() == Writes.LOGGED).toList();
  }

  private static String names(List<Trail> trails) {
    Stream<String> names = trails.stream().map(Trail::name);
    return names.collect(Collectors.joining(", "));
  }
}
