package dev.driftmend.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  @Test
  void whateverIsLoggedIsOneLineOfJson() {
    var entry = new LogRecord(Level.WARNING, "a rule of {0}\nis \"odd\"");
    entry.setParameters(new Object[] {"sg-0web"});
    entry.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
    entry.setLoggerName("dev.driftmend.aws.resource.ec2.Rules");
    entry.setThrown(new IllegalStateException("why"));

    assertThat(new JsonLines().format(entry))
        .isEqualTo(
            """
            {"message":"a rule of sg-0web\\nis \\"odd\\"","timestamp":"2026-01-02T03:04:05Z",\
            "level":"WARN","logger":"dev.driftmend.aws.resource.ec2.Rules",\
            "why":"java.lang.IllegalStateException: why"}
            """);
  }
}
