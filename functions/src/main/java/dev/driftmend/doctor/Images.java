package dev.driftmend.doctor;

import dev.driftmend.model.incident.Preflight.Check;
import dev.driftmend.port.Account;
import dev.driftmend.port.Account.Architecture;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The image of the web instance: looked up once, for an update must not replace the instance. */
final class Images implements Matter {
  private static final String IMAGE = "ImageId";
  private static final String TYPE = "InstanceType";

  @Override
  public Says says() {
    return new Says(
        "image",
        "An image is of one region and one architecture, and another one replaces the instance.",
        "https://docs.aws.amazon.com/linux/al2023/ug/ec2.html");
  }

  @Override
  public List<Check> look(Visit visit) {
    var settings = visit.settings();
    var account = visit.account();
    var type = settings.value(TYPE);
    var runs = account.architecturesOf(type);
    if (runs.isEmpty()) {
      return List.of(
          says()
              .unknown(
                  "what fits "
                      + type
                      + ": "
                      + visit.who().region()
                      + " does not know this instance type"));
    }
    var architecture = runs.contains(Architecture.ARM64) ? Architecture.ARM64 : Architecture.X86_64;
    var current = account.currentImage(architecture);
    current.ifPresent(image -> settings.lookUp(IMAGE, image));
    var image = settings.value(IMAGE);
    if (settings.isKept(IMAGE) && settings.isKept(TYPE)) {
      return List.of(kept(image, current));
    }
    return List.of(chosen(account, image, type, runs, current));
  }

  private Check kept(String image, Optional<String> current) {
    return says()
        .fine(
            image
                + " is kept"
                + current
                    .filter(one -> !one.equals(image))
                    .map(one -> "; AWS's current one is " + one)
                    .orElse(""));
  }

  private Check chosen(
      Account account,
      String image,
      String type,
      Set<Architecture> runs,
      Optional<String> current) {
    if (image.isEmpty()) {
      return says()
          .blocks(
              "this region has no public parameter of Amazon Linux 2023",
              "aws ec2 describe-images --owners amazon --filters"
                  + " Name=name,Values=al2023-ami-2023.*",
              Says.parameters(IMAGE, "ami-..."));
    }
    var instead =
        current.map(one -> new String[] {Says.parameters(IMAGE, one)}).orElse(new String[0]);
    var of = account.architectureOf(image);
    if (of.isEmpty()) {
      return says().blocks("there is no image " + image + " in this region", instead);
    }
    if (!runs.contains(of.get())) {
      return says()
          .blocks(image + " is " + of.get().text() + ", which " + type + " is not", instead);
    }
    return says().fine(image + ", " + of.get().text() + ", is there and fits " + type);
  }
}
