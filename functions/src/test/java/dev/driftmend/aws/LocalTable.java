package dev.driftmend.aws;

import static software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType.S;

import dev.driftmend.aws.client.Clients;
import dev.driftmend.aws.client.FreshCredentials;
import dev.driftmend.aws.ledger.DynamoTable;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/** A table with the ledger's keys on the AWS that {@code -Ddriftmend.endpoint} names. */
public final class LocalTable {
  private LocalTable() {}

  public static DynamoTable create() {
    var endpoint = System.getProperty("driftmend.endpoint");
    if (endpoint == null) {
      throw new IllegalStateException(
          "say which local AWS to use, e.g. -Ddriftmend.endpoint=http://127.0.0.1:4566");
    }
    var clients =
        new Clients(
            Region.US_EAST_1,
            Optional.of(URI.create(endpoint)),
            "0",
            UrlConnectionHttpClient.create(),
            new FreshCredentials(() -> () -> AwsBasicCredentials.create("test", "test")),
            Clients.attempts(1));
    var name = "ledger-" + UUID.randomUUID();
    clients.dynamoDb(
        db ->
            db.createTable(
                r ->
                    r.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(attribute("pk"), attribute("sk"))
                        .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))));
    return new DynamoTable(clients, name);
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder().attributeName(name).attributeType(S).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
