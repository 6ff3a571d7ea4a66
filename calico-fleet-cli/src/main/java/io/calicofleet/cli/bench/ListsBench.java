package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.event.CampaignPhase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks for lists of many clusters that a campaign has been through, and for why another one waits for which nobody has approved its wave: how
 * long an answer takes, and how large it is.
 */
final class ListsBench {

    private static final String CAMPAIGN = "lists";
    private static final int STEPS = 2;
    private static final int WARM_UP = 300;
    private static final int TIMES = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final List<String> PAGES = List.of(
            "/campaigns?limit=100",
            "/clusters?limit=100",
            "/clusters?limit=100&q=drill-04",
            "/campaigns/lists/clusters?limit=100&fields=cluster,wave,phase,holdReason,summary",
            "/campaigns/lists/clusters?limit=20",
            "/campaigns/lists/clusters?limit=100&phase=succeeded&sort=-wave&fields=cluster,wave,phase",
            "/summary");
    private static final String WAITING = "explained";
    private static final List<String> EXPLANATIONS = List.of(
            "/campaigns/explained/explanation",
            "/campaigns/explained/clusters/drill-00001/explanation",
            "/clusters/drill-00001/explanation");
    private static final List<String> WHOLE = List.of("/clusters", "/campaigns/lists/clusters");

    private final FleetClient client;
    private final int clusters;
    private final Consumer<String> progress;
    private final HttpClient http = HttpClient.newHttpClient();

    ListsBench(FleetClient client, int clusters, Consumer<String> progress) {
        this.client = client;
        this.clusters = clusters;
        this.progress = progress;
    }

    ListsResult measure() throws InterruptedException {
        progress.accept("a campaign of all " + clusters + " clusters ...");
        client.post("/campaigns", BenchCommand.campaign(CAMPAIGN, STEPS, false));
        await(CAMPAIGN, CampaignPhase.SUCCEEDED);
        progress.accept("lists of them, " + TIMES + " times each ...");
        List<ListsResult.Asked> asked = new ArrayList<>();
        for (String path : PAGES) {
            asked.add(ask(path, WARM_UP, TIMES, ListsResult.PAGE_MILLIS));
        }
        progress.accept("why " + clusters + " clusters wait, " + TIMES + " times ...");
        ObjectNode waiting = BenchCommand.campaign(WAITING, STEPS, false);
        waiting.putArray("waves").addObject().put("name", "all").put("approval", true);
        client.post("/campaigns", waiting);
        await(WAITING, CampaignPhase.AWAITING_APPROVAL);
        for (String path : EXPLANATIONS) {
            asked.add(ask(path, 100, TIMES, ListsResult.EXPLANATION_MILLIS));
        }
        for (String path : WHOLE) {
            asked.add(ask(path, 10, 20, 0));
        }
        return new ListsResult(clusters, asked);
    }

    private void await(String campaign, CampaignPhase phase) throws InterruptedException {
        long start = System.nanoTime();
        while (!isIn(campaign, phase)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw CliException.failed(
                        "after " + PATIENCE.toMinutes() + " minutes campaign " + campaign + " is not " + phase);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private boolean isIn(String campaign, CampaignPhase phase) {
        try {
            return client.campaign(campaign).phase() == phase;
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) {
                return false; // accepted, and not taken up yet
            }
            throw e;
        }
    }

    private ListsResult.Asked ask(String path, int warmUp, int times, int wantedMillis) throws InterruptedException {
        for (int i = 0; i < warmUp; i++) {
            get(path, false);
        }
        long[] nanos = new long[times];
        int bytes = 0;
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            bytes = get(path, false);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return new ListsResult.Asked(
                path, wantedMillis, nanos[times / 2] / 1e6, nanos[times * 99 / 100] / 1e6, bytes, get(path, true));
    }

    private int get(String path, boolean gzip) throws InterruptedException {
        HttpRequest.Builder request = client.request(path);
        if (gzip) {
            request.header("Accept-Encoding", "gzip");
        }
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw CliException.failed(path + " is answered with " + answer.statusCode());
            }
            return answer.body().length;
        } catch (IOException e) {
            throw CliException.failed(path + " is not answered: " + e.getMessage());
        }
    }
}
