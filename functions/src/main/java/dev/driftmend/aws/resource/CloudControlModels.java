package dev.driftmend.aws.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.Failures;
import dev.driftmend.json.JsonTree;
import dev.driftmend.json.JsonValues;
import dev.driftmend.model.stack.Value;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Models;
import java.util.Set;
import software.amazon.awssdk.services.cloudcontrol.CloudControlClient;

/**
 * {@link Models} by the Cloud Control API. Its permission is {@code cloudformation:GetResource},
 * beside those of the read handler of the type.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html">GetResource</a>
 */
public final class CloudControlModels implements Models {
  private static final Set<String> NOT_FOUND = Set.of("ResourceNotFoundException");

  private static final Set<String> NO_HANDLER =
      Set.of("UnsupportedActionException", "TypeNotFoundException");

  private final Clients clients;

  public CloudControlModels(Clients clients) {
    this.clients = clients;
  }

  @Override
  public Answer read(String type, String identifier) {
    try {
      var found =
          clients.calling(
              CloudControlClient.class,
              CloudControlClient.SERVICE_NAME,
              CloudControlClient::builder,
              c -> c.getResource(r -> r.typeName(type).identifier(identifier)));
      var described = found.resourceDescription();
      if (described == null || described.properties() == null) {
        return new Answer.NotRead("the answer has no model");
      }
      return JsonValues.of(JsonTree.read(described.properties())) instanceof Value.Fields fields
          ? new Answer.Model(fields)
          : new Answer.NotRead("the answer is no object");
    } catch (DeniedFailure e) {
      if (Failures.is(e, NOT_FOUND)) {
        return new Answer.NotFound();
      }
      return Failures.is(e, NO_HANDLER)
          ? new Answer.NoReader()
          : new Answer.NotRead(Failures.explain(e));
    } catch (JsonProcessingException e) {
      return new Answer.NotRead("the answer is no JSON");
    }
  }
}
