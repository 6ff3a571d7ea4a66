package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import java.util.List;
import java.util.Locale;

/**
 * What lists take.
 *
 * @param clusters how many there are
 * @param asked the lists
 */
record ListsResult(int clusters, List<Asked> asked) implements Measured {

    /** What is wanted of a page. */
    static final int PAGE_MILLIS = 50;

    /** What is wanted of an explanation. */
    static final int EXPLANATION_MILLIS = 100;

    private static final int WANTED_BYTES = 100_000;

    ListsResult {
        asked = List.copyOf(asked);
    }

    /**
     * One list.
     *
     * @param path what was asked for
     * @param wantedMillis in how many milliseconds 99 of 100 are to be answered; 0: nothing is wanted, as of a whole list
     * @param p50 milliseconds, in half of all cases less
     * @param p99 milliseconds, in 99 of 100 cases less
     * @param bytes of the answer
     * @param compressed bytes of the answer with gzip
     */
    record Asked(String path, int wantedMillis, double p50, double p99, int bytes, int compressed) {

        boolean met() {
            return p99 < wantedMillis && bytes < WANTED_BYTES;
        }
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = FleetClient.body().put("clusters", clusters);
        for (Asked list : asked) {
            json.withArray("lists")
                    .addObject()
                    .put("path", list.path())
                    .put("p50Millis", Measured.rounded(list.p50(), 1))
                    .put("p99Millis", Measured.rounded(list.p99(), 1))
                    .put("bytes", list.bytes())
                    .put("compressedBytes", list.compressed());
        }
        return json;
    }

    @Override
    public void print(Terminal terminal) {
        terminal.line("lists of " + clusters
                + " clusters; wanted of a page: p99 below 50 ms, of an explanation below 100 ms, less than 100 kB");
        Table table = Table.of("list", "p50 ms>", "p99 ms>", "kB>", "kB with gzip>", "");
        for (Asked list : asked) {
            table.row(
                    list.path(),
                    String.format(Locale.ROOT, "%.1f", list.p50()),
                    String.format(Locale.ROOT, "%.1f", list.p99()),
                    String.format(Locale.ROOT, "%.1f", list.bytes() / 1000.0),
                    String.format(Locale.ROOT, "%.1f", list.compressed() / 1000.0),
                    list.wantedMillis() > 0 ? list.met() ? "met" : "missed" : "");
        }
        table.print(terminal);
    }
}
