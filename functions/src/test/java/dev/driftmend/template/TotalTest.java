package dev.driftmend.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TotalTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StackCase STACK = StackCase.read("intrinsics.yaml");
  private static final List<String> KEYS =
      List.of(
          "Ref",
          "Condition",
          "Fn::GetAtt",
          "Fn::Sub",
          "Fn::Join",
          "Fn::Select",
          "Fn::Split",
          "Fn::FindInMap",
          "Fn::Base64",
          "Fn::Cidr",
          "Fn::GetAZs",
          "Fn::ImportValue",
          "Fn::If",
          "Fn::Equals",
          "Fn::And",
          "Fn::Transform",
          "Fn::ForEach::X",
          "Fn::Length",
          "Fn::ToJsonString",
          "DefaultValue",
          "A",
          "*");
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "0",
          "1",
          "-1",
          "2147483648",
          "Group",
          "LoopA",
          "LoopA.CidrBlock",
          "Vpc",
          "${Vpc}",
          "${",
          "${}",
          "${!a}",
          "${A.b.c}",
          "AWS::NoValue",
          "AWS::Region",
          "Ports",
          "Secret",
          "10.0.0.0/8",
          "::/0",
          "1.2.3.4/33",
          "IsProd",
          "Loop",
          "Sizes",
          "prod",
          "Count",
          "{{resolve:ssm:a:1}}",
          "{{resolve:",
          "{{resolve:ssm:/shop/name:1}}");

  @Property(tries = 3000)
  void anyPropertiesResolveWithoutAnException(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    var condition = tree(random, 5);
    var template =
        JSON.writeValueAsString(
            Map.of(
                "Conditions",
                Map.of("IsProd", condition, "Loop", tree(random, 3)),
                "Mappings",
                Map.of("Sizes", tree(random, 3)),
                "Parameters",
                Map.of("Ports", Map.of("Type", "CommaDelimitedList")),
                "Resources",
                Map.of(
                    "Group",
                    Map.of("Type", "AWS::EC2::SecurityGroup", "Properties", tree(random, 7)),
                    "LoopA",
                    Map.of(
                        "Type", "AWS::EC2::VPC",
                        "Condition", "IsProd",
                        "Properties", Map.of("CidrBlock", condition)))));

    var stack = Resolver.resolve(STACK.snapshot(template));

    assertThat(stack.ofType("AWS::EC2::SecurityGroup")).as(template).hasSize(1);
    assertThat(Desireds.of(stack).resources())
        .as(template)
        .extracting(r -> r.ref().logicalId())
        .contains("Group");
  }

  /** jqwik's own recursive generators take minutes for trees of this size. */
  private static Object tree(Random random, int depth) {
    return switch (depth == 0 ? random.nextInt(3) : random.nextInt(10)) {
      case 0, 1 -> pick(TEXTS, random);
      case 2 -> random.nextBoolean() ? random.nextInt(300) - 2 : (Object) random.nextBoolean();
      case 3, 4, 5 ->
          Stream.generate(() -> tree(random, depth - 1)).limit(random.nextInt(5)).toList();
      case 6, 7, 8 -> Map.of(pick(KEYS, random), tree(random, depth - 1));
      default -> {
        var fields = new LinkedHashMap<String, Object>();
        for (var i = random.nextInt(4); i > 0; i--) {
          fields.put(pick(KEYS, random), tree(random, depth - 1));
        }
        yield fields;
      }
    };
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
