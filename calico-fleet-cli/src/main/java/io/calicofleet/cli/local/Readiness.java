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
import java.util.List;

/** Asks a service's readiness endpoint (MicroProfile Health) what is missing. */
final class Readiness {

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

    private static List<String> down(String body) {
        List<String> missing = new ArrayList<>();
        try {
            for (JsonNode check : EventJson.mapper().readTree(body).path("checks")) {
                if (!"UP".equals(check.path("status").asText())) {
                    List<String> data = new ArrayList<>();
                    check.path("data")
                            .properties()
                            .forEach(entry -> data.add(entry.getValue().asText()));
                    missing.add(check.path("name").asText("?")
                            + (data.isEmpty() ? "" : " (" + String.join(", ", data) + ")"));
                }
            }
        } catch (IOException e) {
            return List.of("answers what is no health report");
        }
        return missing.isEmpty() ? List.of("is not ready") : missing;
    }
}
