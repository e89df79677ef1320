package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import java.io.IOException;
import java.util.List;
import java.util.Properties;

/** What the deployed stack costs in a month, as the table of docs/operate.md has it. */
final class Costs implements Matter {
  @Override
  public Says says() {
    return new Says(
        "cost",
        "Most of it is the NAT gateway and the load balancer of a web system.",
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
    var guard = part(prices, "guard");
    var at = " a month at the list prices of us-east-1, without traffic and free tiers: ";
    return List.of(
        says()
            .note(
                visit.settings().hasWorkload()
                    ? "about $"
                        + prices.getProperty("together")
                        + at
                        + part(prices, "web")
                        + ", "
                        + guard
                    : "about $" + prices.getProperty("guard") + at + guard));
  }

  private static String part(Properties prices, String name) {
    return (name.equals("web") ? "web system" : name)
        + " $"
        + prices.getProperty(name)
        + " ("
        + prices.getProperty(name + ".parts")
        + ")";
  }
}
