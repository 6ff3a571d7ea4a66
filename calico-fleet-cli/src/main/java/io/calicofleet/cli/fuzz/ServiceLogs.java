package io.calicofleet.cli.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.kafka.EventJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the services logged, held against what they may. */
final class ServiceLogs {

    /**
     * So many lines of one message. A service writes a hundred within a minute that begins with the first of them, then counts, and tells with one
     * more; a minute of the clock meets two of these.
     */
    private static final int LINES_A_MINUTE = 2 * (100 + 1);

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
    private static final int SHORT = 1500;

    private final Problems problems;

    ServiceLogs(Problems problems) {
        this.problems = problems;
    }

    /**
     * Looks through the log of a service.
     *
     * @return its lines
     */
    long check(String service, Path log) {
        Map<String, Integer> byCause = new HashMap<>();
        long lines = 0;
        try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                if (CONTROL.matcher(line).find()) {
                    problems.found(Truth.LOGS_STAY, service + ": a control character: " + shortened(line));
                }
                entry(service, line, byCause);
            }
        } catch (IOException e) {
            throw CliException.failed("cannot read " + log + ": " + e.getMessage());
        }
        byCause.forEach((cause, count) -> {
            if (count > LINES_A_MINUTE) {
                problems.found(Truth.LOGS_STAY, service + ": " + count + " lines within " + cause);
            }
        });
        return lines;
    }

    private void entry(String service, String line, Map<String, Integer> byCause) {
        JsonNode entry = json(line);
        if (entry == null) {
            byCause.merge(
                    "one run: lines that are no JSON, such as "
                            + line.replaceAll("\\d+", "0").substring(0, Math.min(60, line.length())),
                    1,
                    Integer::sum);
            return;
        }
        String level = entry.path("level").asText();
        String minute = entry.path("timestamp").asText();
        minute = minute.length() > 16 ? minute.substring(0, 16) : minute;
        String message = entry.path("message").asText().replaceAll("[0-9a-f]*\\d[0-9a-f]*", "0");
        byCause.merge(
                minute + ": " + level + " " + entry.path("loggerName").asText() + ": " + message, 1, Integer::sum);
        boolean stack = entry.hasNonNull("stackTrace") || entry.hasNonNull("exception");
        if (level.equals("ERROR") && stack) {
            problems.found(Truth.NO_FAULT, service + ": " + shortened(line));
        }
    }

    private static String shortened(String line) {
        return line.length() > SHORT ? line.substring(0, SHORT) + "..." : line;
    }

    private static @Nullable JsonNode json(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            return EventJson.mapper().readTree(line);
        } catch (IOException e) {
            return null;
        }
    }
}
