package io.calicofleet.planner.adapter.access;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** The metadata and the keys of an OpenID provider, and tokens signed by them, right or wrong. */
final class Issuer implements AutoCloseable {

    private final HttpServer server;
    private final List<RsaJsonWebKey> keys = new CopyOnWriteArrayList<>();

    Issuer() throws IOException, JoseException {
        keys.add(key("k1"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                "/.well-known/openid-configuration",
                () -> "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\",\"token_endpoint\":\"" + url()
                        + "/token\"}");
        answer("/keys", () -> new JsonWebKeySet(keys).toJson());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on another key signs; the one before counts no longer. */
    void rotate() throws JoseException {
        RsaJsonWebKey next = key("k" + System.nanoTime());
        keys.clear();
        keys.add(next);
    }

    String signed(JwtClaims claims) throws JoseException {
        return signed(claims, keys.getFirst());
    }

    /** By a key that is not the provider's, under the id of one that is. */
    String signedByStranger(JwtClaims claims) throws JoseException {
        return signed(claims, key(keys.getFirst().getKeyId()));
    }

    /** As if the public key were a secret that both share. */
    String signedWithPublicKeyAsSecret(JwtClaims claims) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKeyIdHeaderValue(keys.getFirst().getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKey(new HmacKey(keys.getFirst().getPublicKey().getEncoded()));
        return signature.getCompactSerialization();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String signed(JwtClaims claims, RsaJsonWebKey key) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }

    private static RsaJsonWebKey key(String id) throws JoseException {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        return key;
    }

    private void answer(String path, Supplier<String> text) {
        server.createContext(path, exchange -> {
            byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
