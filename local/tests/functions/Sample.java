import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests of the function host run: it tells what it sees, or fails in the way that the event asks for. */
public final class Sample implements RequestStreamHandler {

  private static final long LOADED = System.nanoTime();
  private static final Pattern RECORD =
      Pattern.compile("\"messageId\" *: *\"([^\"]+)\".*?\"body\" *: *\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static int served;

  public Sample() {
    if (System.getenv("FAIL_INIT") != null) {
      throw new IllegalStateException("asked not to begin");
    }
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    String asked = event.replace("\\\"", "\"");
    served++;
    System.out.println("event " + event.replace('\n', ' '));
    if (asked.contains("\"sleep\"")) {
      pause(Long.parseLong(asked.replaceAll(".*\"sleep\" *: *(\\d+).*", "$1")));
    }
    if (asked.contains("\"fail\"")) {
      throw new IllegalStateException("asked to fail");
    }
    if (asked.contains("\"exit\"")) {
      Runtime.getRuntime().halt(7);
    }
    if (asked.contains("\"metric\"")) {
      System.out.println(
          "{\"_aws\":{\"Timestamp\":" + System.currentTimeMillis()
              + ",\"CloudWatchMetrics\":[{\"Namespace\":\"Sample\",\"Dimensions\":[[\"Guard\"]],"
              + "\"Metrics\":[{\"Name\":\"Seen\",\"Unit\":\"Count\"}]}]},\"Guard\":\"one\",\"Seen\":3}");
    }
    if (event.contains("\"Records\"")) {
      out.write(failures(event).getBytes(StandardCharsets.UTF_8));
      return;
    }
    Map<String, String> seen = new TreeMap<>();
    seen.put("requestId", context.getAwsRequestId());
    seen.put("arn", context.getInvokedFunctionArn());
    seen.put("version", context.getFunctionVersion());
    seen.put("remaining", String.valueOf(context.getRemainingTimeInMillis()));
    seen.put("served", String.valueOf(served));
    seen.put("loaded", String.valueOf(LOADED));
    seen.put("directory", System.getProperty("user.dir"));
    System.getenv().forEach((name, value) -> seen.put("env." + name, value));
    StringBuilder json = new StringBuilder("{");
    seen.forEach((name, value) -> json.append(json.length() > 1 ? "," : "").append(quoted(name)).append(':').append(quoted(value)));
    out.write(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The partial batch answer that names every message of the batch whose body has the word "bad". */
  private static String failures(String event) {
    StringJoiner failed = new StringJoiner(",", "{\"batchItemFailures\":[", "]}");
    Matcher records = RECORD.matcher(event);
    while (records.find()) {
      if (records.group(2).contains("bad")) {
        failed.add("{\"itemIdentifier\":" + quoted(records.group(1)) + "}");
      }
    }
    return failed.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
