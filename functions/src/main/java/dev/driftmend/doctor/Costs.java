package dev.driftmend.doctor;

import dev.driftmend.model.Preflight.Check;
import java.io.IOException;
import java.util.List;
import java.util.Properties;

/** What the deployed stack costs in a month, as the table of docs/operate.md has it. */
final class Costs implements Matter {
  @Override
  public Says says() {
    return new Says(
        "cost",
        "Most of it is the web system's NAT gateway and load balancer.",
        "https://calculator.aws/");
  }

  @Override
  public List<Check> look(Visit visit) {
    var prices = new Properties();
    try (var file = Costs.class.getResourceAsStream("costs.properties")) {
      if (file == null) {
        return List.of(says().unknown("the list of prices is not there"));
      }
      prices.load(file);
    } catch (IOException e) {
      return List.of(says().unknown("the list of prices cannot be read: " + e.getMessage()));
    }
    return List.of(
        says()
            .note(
                "about $"
                    + prices.getProperty("together")
                    + " a month at the list prices of us-east-1, without traffic and free tiers:"
                    + " web system $"
                    + prices.getProperty("web")
                    + " ("
                    + prices.getProperty("web.parts")
                    + "), guard $"
                    + prices.getProperty("guard")
                    + " ("
                    + prices.getProperty("guard.parts")
                    + ")"));
  }
}
