package dev.driftmend.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * An answer by the names of its service model, as AWS's Python clients show it, in the XML that
 * travels: EC2's protocol has no element around the result, the query protocol has one.
 */
public final class WireForm {
  private WireForm() {}

  /**
   * @param shape an empty response of the SDK, which knows the names on the wire
   */
  public static String xml(String operation, JsonNode answer, SdkPojo shape, boolean ec2) {
    var fields = fields(answer, shape.sdkFields());
    var result = ec2 ? fields : element(operation + "Result", fields);
    return element(operation + "Response", result);
  }

  /** An answer in which everything that may be missing is missing. */
  public static String empty(String operation, boolean ec2) {
    return element(operation + "Response", ec2 ? "" : element(operation + "Result", ""));
  }

  private static String fields(JsonNode node, List<SdkField<?>> fields) {
    var xml = new StringBuilder();
    for (var field : fields) {
      var value = node.get(field.memberName());
      if (value != null && !value.isNull()) {
        xml.append(named(field.unmarshallLocationName(), value, field));
      }
    }
    return xml.toString();
  }

  private static String named(String name, JsonNode value, SdkField<?> field) {
    var type = field.marshallingType();
    if (type == MarshallingType.LIST) {
      return list(name, value, field.getTrait(ListTrait.class));
    }
    if (type == MarshallingType.MAP) {
      return map(name, value, field.getTrait(MapTrait.class));
    }
    if (type == MarshallingType.SDK_POJO) {
      return element(name, fields(value, field.constructor().get().sdkFields()));
    }
    return element(name, text(value));
  }

  private static String list(String name, JsonNode values, ListTrait list) {
    var flat = list.isFlattened();
    var member = list.memberLocationName() == null ? "member" : list.memberLocationName();
    var items = new StringBuilder();
    values.forEach(v -> items.append(named(flat ? name : member, v, list.memberFieldInfo())));
    return flat ? items.toString() : element(name, items.toString());
  }

  private static String map(String name, JsonNode values, MapTrait map) {
    var entries = new StringBuilder();
    values
        .properties()
        .forEach(
            e ->
                entries.append(
                    element(
                        "entry",
                        element(map.keyLocationName(), escaped(e.getKey()))
                            + named(map.valueLocationName(), e.getValue(), map.valueFieldInfo()))));
    return element(name, entries.toString());
  }

  /** IAM's documents travel as encoded text; the clients that recorded them have decoded it. */
  private static String text(JsonNode value) {
    return value.isContainerNode()
        ? URLEncoder.encode(value.toString(), UTF_8)
        : escaped(value.asText());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String element(String name, String content) {
    return "<" + name + ">" + content + "</" + name + ">";
  }
}
