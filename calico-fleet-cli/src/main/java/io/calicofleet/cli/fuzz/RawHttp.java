package io.calicofleet.cli.fuzz;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over a socket that sends any bytes whatever; keeps its connection while the server does. Not thread-safe. */
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int LONGEST = 4 * 1024 * 1024;

    private final InetSocketAddress server;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    RawHttp(URI server) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
    }

    /**
     * An answer.
     *
     * @param headers by their names in lower case
     * @param body its beginning, where it is a stream
     */
    record Answer(int status, Map<String, String> headers, String body) {
        Answer {
            headers = Map.copyOf(headers);
        }

        String contentType() {
            return headers.getOrDefault("content-type", "");
        }
    }

    /**
     * Sends it and reads the answer.
     *
     * @throws IOException where there is none
     */
    Answer send(byte[] request, boolean head) throws IOException {
        boolean fresh = socket == null;
        try {
            return exchange(request, head);
        } catch (IOException e) {
            hangUp();
            if (fresh) {
                throw e;
            }
            // The server ended the connection between two requests, as it may.
            return exchange(request, head);
        }
    }

    private Answer exchange(byte[] request, boolean head) throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            open.setTcpNoDelay(true);
            open.setSoTimeout(PATIENCE_MILLIS);
            open.connect(server, PATIENCE_MILLIS);
            socket = open;
            in = new BufferedInputStream(open.getInputStream());
        }
        try {
            open.getOutputStream().write(request);
            open.getOutputStream().flush();
        } catch (IOException e) {
            // It may have answered before it has read all, and left.
        }
        InputStream answers = in;
        if (answers == null) {
            throw new EOFException("no connection");
        }
        Answer answer = read(answers, head);
        boolean stays = answer.headers().containsKey("content-length")
                || chunked(answer)
                || head
                || answer.status() == 204
                || answer.status() == 304;
        if (!stays
                || answer.headers().getOrDefault("connection", "").equalsIgnoreCase("close")
                || answer.status() >= 400) {
            hangUp();
        }
        return answer;
    }

    private Answer read(InputStream answers, boolean head) throws IOException {
        String[] line = line(answers).split(" ", 3);
        if (line.length < 2 || !line[0].startsWith("HTTP/1.")) {
            throw new IOException("no status line but " + String.join(" ", line));
        }
        int status = Integer.parseInt(line[1]);
        Map<String, String> headers = new HashMap<>();
        for (String header = line(answers); !header.isEmpty(); header = line(answers)) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
        }
        if (status == 100) {
            return read(answers, head);
        }
        Answer bare = new Answer(status, headers, "");
        if (head || status == 204 || status == 304) {
            return bare;
        }
        if (bare.contentType().startsWith("text/event-stream")) {
            hangUp();
            return bare;
        }
        return new Answer(status, headers, body(answers, bare));
    }

    private static String body(InputStream answers, Answer answer) throws IOException {
        if (!chunked(answer)) {
            String length = answer.headers().get("content-length");
            byte[] body = length == null ? answers.readNBytes(LONGEST) : answers.readNBytes(Integer.parseInt(length));
            return new String(body, StandardCharsets.UTF_8);
        }
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(answers).strip(), 16);
            body.append(new String(answers.readNBytes(size), StandardCharsets.UTF_8));
            line(answers);
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private static boolean chunked(Answer answer) {
        return answer.headers().getOrDefault("transfer-encoding", "").contains("chunked");
    }

    private static String line(InputStream answers) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = answers.read(); next != '\n'; next = answers.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        hangUp();
    }

    /** Ends the connection; the next request has a new one. */
    void hangUp() {
        Socket open = socket;
        socket = null;
        in = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException expected) {
                // It is closed then, too.
            }
        }
    }
}
