import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Java 11 or later: java Check.java "0950 001 001" */
public class Check {
    static final Duration PATIENCE = Duration.ofSeconds(5);
    static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** listed, official, no_record or unreadable */
    static String verdict(String text) throws IOException, InterruptedException {
        var ask = HttpRequest.newBuilder(URI.create("{url}/v1/check"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{\"q\": \"" + escaped(text) + "\"}"))
            .build();
        var answer = CLIENT.send(ask, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return answer.body().strip();
    }

    /** A text inside JSON; a library for JSON does this, too. */
    static String escaped(String text) {
        var out = new StringBuilder();
        for (char c : text.toCharArray()) {
            boolean special = c == '"' || c == '\\' || c < ' ';
            out.append(special ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.toString();
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(verdict(arguments[0]));
    }
}
