package dev.driftmend.aws.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.aws.Canned;
import dev.driftmend.aws.client.Clients;
import dev.driftmend.port.DeniedFailure;
import dev.driftmend.port.Parallel;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.DescribeRouteTablesRequest;

class AnswersTest {
  private final Canned wire = new Canned();
  private final Clients clients = wire.clients();
  private final Answers answers = new Answers();

  @Test
  void manyWhoAskTheSameAtOnceShareOneCallAndAllItsPages() {
    wire.answer("DescribeRouteTables", tables("rtb-1", "<nextToken>page-2</nextToken>"))
        .answer("DescribeRouteTables", "NextToken", "page-2", tables("rtb-2", ""));

    var all = Parallel.map(IntStream.range(0, 20).boxed().toList(), i -> ask("vpc-1"));

    assertThat(all).containsOnly(List.of("rtb-1", "rtb-2")).hasSize(20);
    assertThat(wire.requests("DescribeRouteTables")).hasSize(2);
  }

  @Test
  void anotherRequestIsAnotherCall() {
    wire.answer("DescribeRouteTables", "Filter.1.Value.1", "vpc-1", tables("rtb-1", ""))
        .answer("DescribeRouteTables", "Filter.1.Value.1", "vpc-2", tables("rtb-2", ""));

    assertThat(ask("vpc-1")).containsExactly("rtb-1");
    assertThat(ask("vpc-2")).containsExactly("rtb-2");
  }

  @Test
  void aRefusalIsEverybodysAndAskedForOnce() {
    wire.failEc2("DescribeRouteTables", 403, "UnauthorizedOperation", "Not authorized.");

    assertThatThrownBy(() -> ask("vpc-1")).isInstanceOf(DeniedFailure.class);
    assertThatThrownBy(() -> ask("vpc-1"))
        .isInstanceOf(DeniedFailure.class)
        .hasMessageContaining("ec2:DescribeRouteTables");
    assertThat(wire.requests()).hasSize(1);
  }

  @Test
  void theNextReadAsksAnew() {
    wire.answer("DescribeRouteTables", tables("rtb-1", ""))
        .answer("DescribeRouteTables", tables("rtb-2", ""));

    assertThat(ask("vpc-1")).containsExactly("rtb-1");
    assertThat(ask(new Answers(), "vpc-1")).containsExactly("rtb-2");
  }

  private List<String> ask(String vpc) {
    return ask(answers, vpc);
  }

  private List<String> ask(Answers answers, String vpc) {
    var request =
        DescribeRouteTablesRequest.builder()
            .filters(Observations.filter("vpc-id", List.of(vpc)))
            .build();
    return answers.to(
        request,
        q ->
            clients.ec2(
                ec2 ->
                    ec2.describeRouteTablesPaginator(q).routeTables().stream()
                        .map(t -> t.routeTableId())
                        .collect(Collectors.toList())));
  }

  private static String tables(String id, String next) {
    return """
    <DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><routeTableSet>
    <item><routeTableId>%s</routeTableId></item></routeTableSet>%s</DescribeRouteTablesResponse>\
    """
        .formatted(id, next);
  }
}
