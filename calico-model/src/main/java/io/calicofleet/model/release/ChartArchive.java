package io.calicofleet.model.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads the files of a chart from its archive, a gzipped tar with one folder in it. */
public final class ChartArchive {

    private static final int BLOCK = 512;
    /** Calico's chart unpacks to 1.5 MB; Helm refuses more than 100 MB. */
    private static final long LARGEST = 100L * 1024 * 1024;

    private ChartArchive() {}

    /**
     * The files by their path in the chart.
     *
     * @throws IOException where it is no such archive
     */
    public static Map<String, byte[]> files(InputStream archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (InputStream in = new GZIPInputStream(archive)) {
            String longName = "";
            long total = 0;
            while (true) {
                byte[] header = in.readNBytes(BLOCK);
                if (header.length < BLOCK || header[0] == 0) {
                    break;
                }
                long size = octal(header, 124, 12);
                total += size;
                if (size < 0 || total > LARGEST) {
                    throw new IOException("the archive is too large for a chart");
                }
                byte[] content = in.readNBytes((int) size);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                char type = (char) header[156];
                switch (type) {
                    case 'L' -> longName = text(content, 0, content.length);
                    case 'x' -> longName = paxPath(content, longName);
                    case '0', '\0' -> {
                        String prefix = text(header, 345, 155);
                        String name = text(header, 0, 100);
                        String path = longName.isEmpty() ? (prefix.isEmpty() ? name : prefix + "/" + name) : longName;
                        longName = "";
                        put(files, path, content);
                    }
                    default -> longName = "";
                }
            }
        }
        return files;
    }

    private static void put(Map<String, byte[]> files, String path, byte[] content) throws IOException {
        String plain = path.startsWith("./") ? path.substring(2) : path;
        int slash = plain.indexOf('/');
        if (slash < 0) {
            return;
        }
        String inside = plain.substring(slash + 1);
        if (inside.startsWith("/") || Stream.of(inside.split("/", -1)).anyMatch(".."::equals)) {
            throw new IOException("the archive has a file outside of itself: " + path);
        }
        files.put(inside, content);
    }

    private static String paxPath(byte[] records, String otherwise) {
        for (String line : new String(records, UTF_8).split("\n", -1)) {
            int at = line.indexOf(" path=");
            if (at >= 0) {
                return line.substring(at + " path=".length());
            }
        }
        return otherwise;
    }

    private static long octal(byte[] header, int from, int length) throws IOException {
        String text = text(header, from, length).strip();
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text, 8);
        } catch (NumberFormatException e) {
            throw new IOException("it is no tar archive", e);
        }
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, UTF_8);
    }
}
