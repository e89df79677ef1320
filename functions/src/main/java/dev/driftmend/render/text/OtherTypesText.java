package dev.driftmend.render.text;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.drift.ComparedModel.Difference;
import dev.driftmend.model.drift.ComparedModel.Outcome;
import dev.driftmend.render.Plain;
import dev.driftmend.render.Words;
import dev.driftmend.render.text.Page.Ink;
import java.util.List;
import java.util.TreeMap;

/** What differs of resources that have no kind, for people; each of them is left to a person. */
public final class OtherTypesText {
  private OtherTypesText() {}

  /** Lines of text; without escape sequences unless colour is asked for. */
  public static String write(List<ComparedModel> compared, boolean colour) {
    var page = new Page(colour);
    page.blank();
    page.line("Other types, read by Cloud Control");
    compared.stream().filter(ComparedModel::isDrift).forEach(c -> drift(page, c));
    var equal =
        compared.stream()
            .filter(c -> c.outcome() == Outcome.COMPARED && c.differences().isEmpty())
            .toList();
    page.blank();
    page.line("  " + PlanText.count(equal.size(), "resource") + " as declared");
    unverifiable(page, compared);
    notRead(page, compared);
    page.blank();
    page.line(Ink.BOLD, sum(compared));
    return page.toString();
  }

  private static void drift(Page page, ComparedModel compared) {
    var resource = compared.resource();
    page.blank();
    page.line(
        Plain.line(resource.logicalId() + "  " + resource.type() + "  " + Words.id(resource)));
    if (compared.outcome() == Outcome.GONE) {
      page.line(Ink.BOLD, "  ! does not exist any more");
    }
    compared.differences().forEach(d -> page.line(Ink.BOLD, "  ! " + Plain.line(difference(d))));
  }

  private static String sum(List<ComparedModel> compared) {
    var drifted = compared.stream().filter(ComparedModel::isDrift).count();
    var unseen = compared.stream().filter(c -> c.outcome() == Outcome.NOT_READ).count();
    var sum =
        drifted == 0
            ? "Of the other types nothing that was compared differs from the template"
            : PlanText.count(drifted, "resource") + " of other types not as declared, left to you";
    return unseen == 0
        ? sum + "."
        : sum + "; " + PlanText.count(unseen, "resource") + " could not be looked at.";
  }

  private static String difference(Difference difference) {
    if (difference.declared() == null) {
      return difference.path() + ": not in the template: " + difference.live();
    }
    return difference.live() == null
        ? difference.path() + ": lost: " + difference.declared()
        : "%s: \"%s\" -> \"%s\""
            .formatted(difference.path(), difference.live(), difference.declared());
  }

  private static void unverifiable(Page page, List<ComparedModel> compared) {
    var values = compared.stream().flatMap(c -> c.unverifiable().stream()).toList();
    if (!values.isEmpty()) {
      page.line(
          "  "
              + PlanText.count(values.size(), "declared value")
              + " neither equal nor different for sure");
      values.forEach(
          v ->
              page.line(
                  "    "
                      + Plain.line(
                          v.logicalId() + "  " + v.type() + "  " + v.property() + ": " + v.why())));
    }
  }

  private static void notRead(Page page, List<ComparedModel> compared) {
    var whys =
        compared.stream()
            .filter(c -> c.outcome() != Outcome.COMPARED && c.outcome() != Outcome.GONE)
            .collect(groupingBy(ComparedModel::why, TreeMap::new, toList()));
    whys.forEach(
        (why, resources) -> {
          page.line(
              "  "
                  + PlanText.count(resources.size(), "resource")
                  + " not compared: "
                  + Plain.line(why));
          resources.stream()
              .collect(groupingBy(c -> c.resource().type(), TreeMap::new, counting()))
              .forEach((type, n) -> page.line("    " + type + (n == 1 ? "" : " (" + n + ")")));
        });
  }
}
