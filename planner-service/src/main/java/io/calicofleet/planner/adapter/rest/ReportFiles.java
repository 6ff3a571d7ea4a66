package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignName;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.port.TopicUnavailableException;
import io.calicofleet.planner.report.ReportFile;
import io.calicofleet.planner.report.SealedReport;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Answers with a report as a file. It is whole in memory while it is made: one at a time, and none that is larger than this process has room for. */
final class ReportFiles {

    /** The digest of all of the report. */
    private static final String DIGEST = "Report-Digest";

    /** Of its data; what is made of them takes some times as much. */
    private static final int MOST_BYTES = 16 << 20;

    private final Semaphore one = new Semaphore(1);

    /**
     * The file.
     *
     * @throws ProblemException where there is no such form, another one is being made, it is too large, or what it is made of cannot be read
     */
    Response answer(Report report, String form) {
        ReportFile.Form asked = Arrays.stream(ReportFile.Form.values())
                .filter(each -> each.toString().equals(form))
                .findFirst()
                .orElseThrow(() -> unknown(form));
        if (!one.tryAcquire()) {
            throw ProblemDocument.unavailable("Another report is being made. Try again in some seconds.");
        }
        try {
            return answer(report, asked);
        } catch (TopicUnavailableException e) {
            throw ProblemDocument.unavailable(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            one.release();
        }
    }

    private static Response answer(Report report, ReportFile.Form form) throws IOException {
        CampaignName name = report.campaign().campaign();
        Bounded data = new Bounded();
        try {
            report.write(data);
        } catch (IOException e) {
            throw data.isFull ? tooLarge(name) : new UncheckedIOException(e);
        }
        SealedReport sealed = SealedReport.of(EventJson.mapper().readTree(data.bytes.toByteArray()));
        String file = name + "-report." + form;
        return Response.ok(ReportFile.write(sealed, form))
                .type(
                        switch (form) {
                            case HTML -> "text/html;charset=UTF-8";
                            case JSON -> MediaType.APPLICATION_JSON;
                            case ZIP -> "application/zip";
                        })
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + file + "\"")
                .header(DIGEST, sealed.digest())
                .build();
    }

    private static ProblemException unknown(String form) {
        List<String> forms =
                Arrays.stream(ReportFile.Form.values()).map(Object::toString).toList();
        return ProblemDocument.wrongQuery(
                "The report has no such form.",
                List.of(new Problem(
                        "form",
                        "There is no form '" + form + "'.",
                        String.join(", ", forms),
                        Suggestion.of(form, forms))));
    }

    private static ProblemException tooLarge(CampaignName campaign) {
        return ProblemDocument.conflict(
                "The report of campaign " + campaign + " has more than " + (MOST_BYTES >> 20)
                        + " MB of data, too much to make a file of it here: calico-fleet report " + campaign
                        + " -o zip does.",
                List.of());
    }

    /** Takes so many bytes, and no more. */
    private static final class Bounded extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean isFull;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] more, int from, int length) throws IOException {
            if (bytes.size() + length > MOST_BYTES) {
                isFull = true;
                throw new IOException("more than " + MOST_BYTES + " bytes");
            }
            bytes.write(more, from, length);
        }
    }
}
