package io.calicofleet.integrations.adapter.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.EventJson;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Socket Mode. */
final class FakeSockets extends WebSocketServer {

    private final Map<String, BlockingQueue<JsonNode>> acknowledged = new ConcurrentHashMap<>();
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile WebSocket client;

    FakeSockets() {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        setReuseAddr(true);
        setDaemon(true);
    }

    int port() {
        try {
            if (!started.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no socket");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return getPort();
    }

    boolean open() {
        return client != null && client.isOpen();
    }

    JsonNode send(String type, String payload) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
        acknowledged.put(id, answers);
        client.send("{\"envelope_id\":\"" + id + "\",\"type\":\"" + type
                + "\",\"accepts_response_payload\":true,\"payload\":" + payload + "}");
        JsonNode answer = answers.poll(60, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("nobody acknowledged " + payload);
        }
        return answer;
    }

    @Override
    public void onOpen(WebSocket socket, ClientHandshake handshake) {
        client = socket;
        socket.send("{\"type\":\"hello\",\"num_connections\":1,\"connection_info\":{\"app_id\":\"A1\"},"
                + "\"debug_info\":{\"host\":\"applink\",\"approximate_connection_time\":18060}}");
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

    @Override
    public void onMessage(WebSocket socket, String message) {
        JsonNode answer = json(message);
        BlockingQueue<JsonNode> answers =
                acknowledged.get(answer.path("envelope_id").asText());
        if (answers != null) {
            answers.add(answer);
        }
    }

    @Override
    public void onError(WebSocket socket, Exception e) {}

    @Override
    public void onStart() {
        started.countDown();
    }

    private static JsonNode json(String text) {
        try {
            return EventJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
