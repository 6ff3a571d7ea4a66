package io.calicofleet.cli.simulate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.planner.core.simulation.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Forecasts as a table with a chart, and as JSON. */
public final class ForecastView {

    private static final int ROWS = 10;
    private static final int COLUMNS = 60;
    private static final int POINTS = 50;

    private ForecastView() {}

    /** A row for each variation, and how the first goes over time. */
    public static void print(Terminal terminal, Map<String, Forecast> forecasts, int clusters) {
        Table table = Table.of(
                "with",
                "finish p50>",
                "finish p95>",
                "finishes>",
                "touched p50>",
                "p95>",
                "failed p50>",
                "p95>",
                "at once>");
        forecasts.forEach((name, forecast) -> {
            boolean finishes = forecast.finished() > 0;
            table.row(
                    name,
                    finishes ? Times.shortly(forecast.took(50)) : "-",
                    finishes ? Times.shortly(forecast.took(95)) : "-",
                    forecast.finished() + " of " + forecast.runs().size(),
                    String.valueOf(forecast.touched(50)),
                    String.valueOf(forecast.touched(95)),
                    String.valueOf(forecast.failed(50)),
                    String.valueOf(forecast.failed(95)),
                    String.valueOf(forecast.mostAtOnce()));
        });
        table.print(terminal);
        Forecast first = forecasts.values().iterator().next();
        if (!first.reason().isEmpty()) {
            terminal.line("");
            terminal.line("A run that does not finish stops: " + first.reason());
        }
        chart(terminal, first, clusters);
    }

    /** How many clusters are done over time: in half of the runs so many, in 95 of a hundred no fewer. */
    private static void chart(Terminal terminal, Forecast forecast, int clusters) {
        List<Duration> moments = forecast.moments(COLUMNS);
        terminal.line("");
        terminal.line(
                terminal.styled(Style.BOLD, "clusters done over time") + "  # in 95 of 100 runs  : in half of them");
        for (int row = ROWS; row >= 1; row--) {
            double level = (double) clusters * row / ROWS;
            StringBuilder line = new StringBuilder();
            for (Duration moment : moments) {
                line.append(
                        forecast.doneAfter(moment, 5) >= level
                                ? '#'
                                : forecast.doneAfter(moment, 50) >= level ? ':' : ' ');
            }
            terminal.line(
                    "%4d%% |%s".formatted(row * 100 / ROWS, line.toString().stripTrailing()));
        }
        terminal.line("      +" + "-".repeat(COLUMNS));
        String middle = Times.shortly(moments.get(COLUMNS / 2 - 1));
        String last = Times.shortly(moments.getLast());
        int gap = Math.max(1, COLUMNS / 2 - middle.length() - 1);
        int rest = Math.max(1, COLUMNS - gap - middle.length() - last.length() - 1);
        terminal.line("       0" + " ".repeat(gap) + middle + " ".repeat(rest) + last);
    }

    /** For programs. */
    public static ObjectNode json(Map<String, Forecast> forecasts, int clusters, Instant start, ObjectNode assumed) {
        ObjectNode document = FleetClient.body().put("clusters", clusters).put("start", start.toString());
        document.set("assumed", assumed);
        ArrayNode rows = document.putArray("forecasts");
        forecasts.forEach((name, forecast) -> {
            ObjectNode row = rows.addObject().put("with", name);
            row.put("runs", forecast.runs().size())
                    .put("finished", forecast.finished())
                    .put("reason", forecast.reason());
            ObjectNode took = row.putObject("took");
            ObjectNode ends = row.putObject("ends");
            ObjectNode touched = row.putObject("touched");
            ObjectNode failed = row.putObject("failed");
            for (int percent : List.of(50, 95)) {
                took.put("p" + percent, forecast.took(percent).toString());
                ends.put("p" + percent, start.plus(forecast.took(percent)).toString());
                touched.put("p" + percent, forecast.touched(percent));
                failed.put("p" + percent, forecast.failed(percent));
            }
            row.put("mostAtOnce", forecast.mostAtOnce());
            ArrayNode progress = row.putArray("progress");
            forecast.moments(POINTS)
                    .forEach(moment -> progress.addObject()
                            .put("after", moment.toString())
                            .put("p5", forecast.doneAfter(moment, 5))
                            .put("p50", forecast.doneAfter(moment, 50))
                            .put("p95", forecast.doneAfter(moment, 95)));
        });
        return document;
    }
}
