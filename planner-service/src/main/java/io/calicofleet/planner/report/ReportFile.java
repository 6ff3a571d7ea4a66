package io.calicofleet.planner.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A report as a file: as data, as a page, or both in a ZIP with its statements and {@code SHA256SUMS}, which {@code sha256sum -c} checks as well. */
public final class ReportFile {

    /** The forms there are. */
    public enum Form {
        HTML,
        JSON,
        ZIP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String DATA = "report.json";
    private static final String PAGE = "report.html";
    private static final String STATEMENTS = "statements/";
    private static final String SUMS = "SHA256SUMS";
    private static final Pattern SUM = Pattern.compile("([0-9a-f]{64}) [ *](.+)");
    private static final Pattern SEAL = Pattern.compile("(?s)(.*)<!-- sha256 of all before: ([0-9a-f]{64}) -->\\s*");

    /** More is no report of ours. */
    private static final int MOST_BYTES = 1 << 30;

    private ReportFile() {}

    /**
     * The bytes of the file.
     *
     * @throws IOException where the report says what this version does not understand
     */
    public static byte[] write(SealedReport report, Form form) throws IOException {
        return switch (form) {
            case JSON -> data(report);
            case HTML -> page(report);
            case ZIP -> zip(report);
        };
    }

    /**
     * What in a file is not as it was written, a sentence each; empty: all is.
     *
     * @throws IOException where it is no report
     */
    public static List<String> problems(byte[] file) throws IOException {
        if (isZip(file)) {
            return ofZip(file);
        }
        return isPage(file) ? ofPage(new String(file, StandardCharsets.UTF_8)) : ofData(file);
    }

    /**
     * The data in a file; empty of a page, which has none.
     *
     * @throws IOException where it is neither
     */
    public static Optional<JsonNode> data(byte[] file) throws IOException {
        if (isZip(file)) {
            byte[] data = unzip(file).get(DATA);
            if (data == null) {
                throw new IOException("there is no " + DATA + " in it");
            }
            return Optional.of(json(data));
        }
        return isPage(file) ? Optional.empty() : Optional.of(json(file));
    }

    private static boolean isZip(byte[] file) {
        return file.length > 3 && file[0] == 'P' && file[1] == 'K';
    }

    private static boolean isPage(byte[] file) {
        return new String(file, StandardCharsets.UTF_8).stripLeading().startsWith("<");
    }

    private static List<String> ofData(byte[] file) throws IOException {
        return SealedReport.read(json(file)).problems();
    }

    private static List<String> ofPage(String text) throws IOException {
        Matcher seal = SEAL.matcher(text);
        if (!seal.matches()) {
            throw new IOException("the page does not end with the digest that a report has");
        }
        return Digests.sha256(seal.group(1)).equals(seal.group(2))
                ? List.of()
                : List.of("The page does not match the digest at its end.");
    }

    private static List<String> ofZip(byte[] file) throws IOException {
        Map<String, byte[]> entries = unzip(file);
        byte[] data = entries.get(DATA);
        byte[] sums = entries.remove(SUMS);
        if (data == null || sums == null) {
            throw new IOException("there is no " + DATA + " with " + SUMS + " in it");
        }
        List<String> problems = new ArrayList<>();
        Map<String, String> expected = new TreeMap<>();
        new String(sums, StandardCharsets.UTF_8).lines().forEach(line -> {
            Matcher sum = SUM.matcher(line);
            if (sum.matches()) {
                expected.put(sum.group(2), sum.group(1));
            }
        });
        entries.forEach((name, bytes) -> {
            String sum = expected.remove(name);
            if (sum == null) {
                problems.add(name + " is not in " + SUMS + ".");
            } else if (!sum.equals(Digests.sha256(bytes))) {
                problems.add(name + " does not match its digest in " + SUMS + ".");
            }
        });
        expected.keySet().forEach(name -> problems.add(name + " is missing."));
        problems.addAll(ofData(data));
        Map<String, byte[]> statements = statements(json(data));
        entries.forEach((name, bytes) -> {
            if (name.startsWith(STATEMENTS) && !Arrays.equals(bytes, statements.get(name))) {
                problems.add(name + " is not the statement in " + DATA + ".");
            }
        });
        byte[] page = entries.get(PAGE);
        if (page != null) {
            problems.addAll(ofPage(new String(page, StandardCharsets.UTF_8)));
            String digest = SealedReport.read(json(data)).digest();
            if (!new String(page, StandardCharsets.UTF_8).contains(digest)) {
                problems.add("The page is of another report: it does not have the digest " + digest + ".");
            }
        }
        return problems;
    }

    private static byte[] data(SealedReport report) {
        try {
            return (EventJson.mapper()
                                    .writer()
                                    .with(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(report.json())
                            + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] page(SealedReport report) throws IOException {
        String page = ReportPage.of(report);
        return (page + "<!-- sha256 of all before: " + Digests.sha256(page) + " -->\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Each statement as a file of its own, for whatever reads such envelopes. */
    private static Map<String, byte[]> statements(JsonNode report) {
        Map<String, byte[]> files = new TreeMap<>();
        report.path("statements")
                .forEach(one -> files.put(
                        STATEMENTS + one.path("cluster").asText() + ".json",
                        one.path("envelope").toString().getBytes(StandardCharsets.UTF_8)));
        return files;
    }

    private static byte[] zip(SealedReport report) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>(Map.of(DATA, data(report), PAGE, page(report)));
        entries.putAll(statements(report.json()));
        StringBuilder sums = new StringBuilder();
        entries.forEach((name, bytes) ->
                sums.append(Digests.sha256(bytes)).append("  ").append(name).append('\n'));
        entries.put(SUMS, sums.toString().getBytes(StandardCharsets.UTF_8));
        // The same report is the same file.
        var made = Instant.parse(report.json().path("madeAt").asText("1980-01-01T00:00:00Z"))
                .atOffset(ZoneOffset.UTC)
                .toLocalDateTime();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                ZipEntry one = new ZipEntry(entry.getKey());
                one.setTimeLocal(made);
                zip.putNextEntry(one);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, byte[]> unzip(byte[] file) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        long left = MOST_BYTES;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] bytes = zip.readNBytes((int) left);
                left -= bytes.length;
                if (zip.read() >= 0) {
                    throw new IOException("it is larger than a report");
                }
                if (entries.put(entry.getName(), bytes) != null) {
                    throw new IOException("it has " + entry.getName() + " twice");
                }
            }
        }
        return entries;
    }

    private static JsonNode json(byte[] data) throws IOException {
        JsonNode json = EventJson.mapper().readTree(data);
        if (json == null || !json.isObject()) {
            throw new IOException("it is no report");
        }
        return json;
    }
}
