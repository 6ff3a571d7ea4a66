package io.calicofleet.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a service's readiness endpoint (MicroProfile Health) what is missing. */
final class Readiness {

    private static final Pattern MISSING = Pattern.compile("missing( \\d+)?");
    private static final Pattern NOTE = Pattern.compile("(unusable|unreachable) (.+)");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** What is missing before the service at {@code address} is ready; empty where nothing is. */
    List<String> missing(URI address) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? List.of() : down(response.body());
        } catch (IOException e) {
            return List.of("is starting");
        }
    }

    /** What a service that is ready cannot serve all the same, such as a cluster that does not answer, a line each; empty where it does not say. */
    Optional<List<String>> notes(URI address) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        List<String> notes = new ArrayList<>();
        try {
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            for (JsonNode check : EventJson.mapper().readTree(body).path("checks")) {
                check.path("data").properties().forEach(entry -> {
                    Matcher key = NOTE.matcher(entry.getKey());
                    if (key.matches()) {
                        notes.add(key.group(2) + " is " + key.group(1) + ": "
                                + entry.getValue().asText());
                    }
                });
            }
        } catch (IOException expected) {
            return Optional.empty(); // it is told by what keeps the services running
        }
        return Optional.of(notes);
    }

    private static List<String> down(String body) {
        Set<String> missing = new LinkedHashSet<>();
        try {
            for (JsonNode check : EventJson.mapper().readTree(body).path("checks")) {
                if (!"UP".equals(check.path("status").asText())) {
                    List<String> said = of(check, MISSING);
                    missing.addAll(said.isEmpty() ? List.of(check.path("name").asText("?")) : said);
                }
            }
        } catch (IOException e) {
            return List.of("answers what is no health report");
        }
        return missing.isEmpty() ? List.of("is not ready") : List.copyOf(missing);
    }

    /** What checks say under keys of a form, and only that: the rest is for whoever reads the whole report. */
    private static List<String> of(JsonNode check, Pattern keys) {
        List<String> said = new ArrayList<>();
        check.path("data").properties().forEach(entry -> {
            if (keys.matcher(entry.getKey()).matches()) {
                said.add(entry.getValue().asText());
            }
        });
        return said;
    }
}
