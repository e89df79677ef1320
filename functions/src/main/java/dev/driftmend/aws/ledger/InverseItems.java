package dev.driftmend.aws.ledger;

import static dev.driftmend.aws.ledger.DynamoTable.text;

import dev.driftmend.model.plan.Inverse;
import dev.driftmend.model.plan.Inverse.Suspicion;
import dev.driftmend.model.plan.Step;
import dev.driftmend.model.stack.ResourceRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The calls that take a repair back, as attributes of its item. */
final class InverseItems {
  private static final String INVERSES = "inverses";
  private static final int MOST = 200;

  private InverseItems() {}

  /** A plan of more is not taken back by a machine, nor would it fit into an item. */
  static Map<String, AttributeValue> write(List<Inverse> inverses) {
    return inverses.size() > MOST
        ? Map.of()
        : Map.of(
            INVERSES, AttributeValue.fromL(inverses.stream().map(InverseItems::write).toList()));
  }

  private static AttributeValue write(Inverse inverse) {
    var call = inverse.call();
    var arguments = new HashMap<String, AttributeValue>();
    call.arguments().forEach((name, values) -> arguments.put(name, texts(values)));
    return AttributeValue.fromM(
        Map.of(
            "fingerprints", texts(call.fingerprints()),
            "phase", text(call.phase().name()),
            "logicalId", text(call.resource().logicalId()),
            "type", text(call.resource().type()),
            "physicalId", text(call.resource().physicalId()),
            "operation", text(call.operation()),
            "arguments", AttributeValue.fromM(arguments),
            "why", text(call.why()),
            "exposes", AttributeValue.fromBool(inverse.exposes()),
            "suspicion", suspicion(inverse.suspicion())));
  }

  private static AttributeValue suspicion(Suspicion suspicion) {
    return AttributeValue.fromM(
        Map.of(
            "healthy", texts(suspicion.healthy().stream().sorted().toList()),
            "reasons", texts(suspicion.reasons().stream().sorted().toList()),
            "all", AttributeValue.fromBool(suspicion.all())));
  }

  static List<Inverse> read(Map<String, AttributeValue> item) {
    var written = item.get(INVERSES);
    return written == null ? List.of() : written.l().stream().map(InverseItems::read).toList();
  }

  private static Inverse read(AttributeValue written) {
    var m = written.m();
    var arguments = new HashMap<String, List<String>>();
    of(m, "arguments").m().forEach((name, values) -> arguments.put(name, texts(values)));
    return new Inverse(
        new Step.Call(
            texts(of(m, "fingerprints")),
            Step.Phase.valueOf(of(m, "phase").s()),
            new ResourceRef(of(m, "logicalId").s(), of(m, "type").s(), of(m, "physicalId").s()),
            of(m, "operation").s(),
            arguments,
            of(m, "why").s()),
        of(m, "exposes").bool(),
        m.containsKey("suspicion") ? suspicion(of(m, "suspicion").m()) : Suspicion.NONE);
  }

  private static Suspicion suspicion(Map<String, AttributeValue> m) {
    return new Suspicion(
        Set.copyOf(texts(of(m, "healthy"))),
        Set.copyOf(texts(of(m, "reasons"))),
        m.containsKey("all") && of(m, "all").bool());
  }

  private static AttributeValue of(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name);
  }

  private static AttributeValue texts(List<String> values) {
    return AttributeValue.fromL(values.stream().map(DynamoTable::text).toList());
  }

  private static List<String> texts(AttributeValue list) {
    return list.l().stream().map(AttributeValue::s).toList();
  }
}
