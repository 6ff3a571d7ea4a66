package io.calicofleet.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.fuzz.RawHttp.Answer;
import io.calicofleet.cli.fuzz.WrongRequests.Request;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends requests from some connections at once and holds each answer against what the API's description promises. */
final class RequestFlood {

    private static final int CONNECTIONS = 4;

    private final URI planner;
    private final String token;
    private final Samples samples;
    private final Foreign foreign;
    private final Problems problems;
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final AtomicLong left;

    RequestFlood(URI planner, String token, Samples samples, Foreign foreign, long requests, Problems problems) {
        this.planner = planner;
        this.token = token;
        this.samples = samples;
        this.foreign = foreign;
        this.left = new AtomicLong(requests);
        this.problems = problems;
    }

    /** Sends them all; returns when they are answered. */
    void run(JsonNode description, long seed) throws InterruptedException {
        Thread[] threads = new Thread[CONNECTIONS];
        for (int i = 0; i < threads.length; i++) {
            WrongRequests requests = new WrongRequests(description, samples, foreign, token, seed * CONNECTIONS + i);
            threads[i] = Thread.ofVirtual().start(() -> send(requests));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** How many answers there were by status; 0: none. */
    synchronized Map<Integer, Long> statuses() {
        return new TreeMap<>(statuses);
    }

    private synchronized void count(int status) {
        statuses.merge(status, 1L, Long::sum);
    }

    private void send(WrongRequests requests) {
        try (RawHttp http = new RawHttp(planner)) {
            while (left.getAndDecrement() > 0) {
                Request request = requests.next();
                try {
                    Answer answer = http.send(request.bytes(), request.method().equals("HEAD"));
                    count(answer.status());
                    check(request, answer);
                } catch (IOException | NumberFormatException e) {
                    count(0);
                    if (request.wellFormed()) {
                        problems.found(Truth.ANSWERS_ARE_DOCUMENTED, "no answer (" + e + ") to " + text(request));
                    }
                    http.hangUp();
                }
            }
        }
    }

    private void check(Request request, Answer answer) {
        String what =
                answer.status() + " (" + answer.contentType() + ") to " + text(request) + " : " + start(answer.body());
        if (answer.status() == 500) {
            problems.found(Truth.ANSWERS_ARE_DOCUMENTED, what);
        } else if (answer.status() >= 400) {
            if (request.wellFormed() && !request.method().equals("HEAD") && !isProblem(answer)) {
                problems.found(Truth.ANSWERS_ARE_DOCUMENTED, "no problem document: " + what);
            }
        } else if (request.operation() != null
                && !request.operation().statuses().contains(String.valueOf(answer.status()))) {
            problems.found(Truth.ANSWERS_ARE_DOCUMENTED, "not in the description: " + what);
        }
    }

    private static boolean isProblem(Answer answer) {
        if (!answer.contentType().startsWith("application/problem+json")) {
            return false;
        }
        try {
            JsonNode problem = EventJson.mapper().readTree(answer.body());
            return problem.path("status").asInt() == answer.status()
                    && !problem.path("title").asText().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(Request request) {
        return start(new String(request.bytes(), ISO_8859_1));
    }

    private static String start(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]+", "|");
        return plain.length() > 400 ? plain.substring(0, 400) + "..." : plain;
    }
}
