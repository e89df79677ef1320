package dev.driftmend.drift;

import dev.driftmend.kind.Kinds;
import dev.driftmend.kind.any.AccountContext;
import dev.driftmend.kind.any.Leaf;
import dev.driftmend.kind.any.ModelComparison;
import dev.driftmend.kind.any.Quirks;
import dev.driftmend.kind.any.ResourceIdentifier;
import dev.driftmend.kind.any.ResourceSchema;
import dev.driftmend.kind.any.ResourceSchemas;
import dev.driftmend.model.drift.ComparedModel;
import dev.driftmend.model.drift.ComparedModel.Difference;
import dev.driftmend.model.drift.ComparedModel.Outcome;
import dev.driftmend.model.stack.Declared;
import dev.driftmend.model.stack.DeclaredStack;
import dev.driftmend.model.stack.NotCovered;
import dev.driftmend.port.Models;
import dev.driftmend.port.Parallel;
import dev.driftmend.port.TransientFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What differs of a stack's resources of types that have no kind: declared properties only, by the
 * schema of each type. Whatever keeps one from being read keeps no other from it.
 */
public final class OtherTypes {
  /** Cloud Control throttles early, and every read is several calls of the service behind it. */
  private static final int AT_ONCE = 5;

  private static final String NO_READER = "Cloud Control cannot read this type";

  private OtherTypes() {}

  /** In the order of the template. */
  public static List<ComparedModel> compare(DeclaredStack stack, Models models) {
    var others = stack.resources().stream().filter(r -> !Kinds.covers(r.ref().type())).toList();
    var schemas =
        ResourceSchemas.of(others.stream().map(r -> r.ref().type()).collect(Collectors.toSet()));
    var at = new AccountContext(stack.stack().account(), stack.stack().region(), Map.of());
    var compared = new ArrayList<ComparedModel>();
    for (var i = 0; i < others.size(); i += AT_ONCE) {
      var some = others.subList(i, Math.min(i + AT_ONCE, others.size()));
      compared.addAll(Parallel.map(some, each -> compare(each, schemas, at, models)));
    }
    return compared;
  }

  private static ComparedModel compare(
      Declared declared, Map<String, ResourceSchema> schemas, AccountContext at, Models models) {
    var type = declared.ref().type();
    var schema = schemas.get(type);
    if (schema == null || !schema.readable()) {
      return ComparedModel.of(
          declared.ref(),
          Outcome.NO_READER,
          schema == null ? "no schema of this type is known" : NO_READER);
    }
    var quirks = Quirks.of(type);
    try {
      var identifier = ResourceIdentifier.of(schema, quirks, at, declared);
      return switch (models.read(type, identifier.text())) {
        case Models.Answer.Model(var live) ->
            compared(
                declared, ModelComparison.compare(schema, quirks, at, declared.properties(), live));
        case Models.Answer.NotFound() ->
            // An identifier that was put together may be wrong.
            identifier.constructed()
                ? ComparedModel.of(
                    declared.ref(),
                    Outcome.NOT_READ,
                    "nothing was found by the identifier " + identifier.text())
                : ComparedModel.of(declared.ref(), Outcome.GONE, "");
        case Models.Answer.NoReader() ->
            ComparedModel.of(declared.ref(), Outcome.NO_READER, NO_READER);
        case Models.Answer.NotRead(var why) ->
            ComparedModel.of(declared.ref(), Outcome.NOT_READ, why);
      };
    } catch (TransientFailure | IllegalArgumentException e) {
      return ComparedModel.of(declared.ref(), Outcome.NOT_READ, String.valueOf(e.getMessage()));
    }
  }

  private static ComparedModel compared(Declared declared, List<Leaf> leaves) {
    var differences = new ArrayList<Difference>();
    var unverifiable = new ArrayList<NotCovered>();
    for (var leaf : leaves) {
      switch (leaf) {
        case Leaf.Equal _ -> {}
        case Leaf.Different d -> differences.add(new Difference(d.path(), d.declared(), d.live()));
        case Leaf.Unverifiable u ->
            unverifiable.add(
                new NotCovered(
                    declared.ref().logicalId(), declared.ref().type(), u.path(), u.why()));
      }
    }
    return new ComparedModel(declared.ref(), Outcome.COMPARED, "", differences, unverifiable);
  }
}
