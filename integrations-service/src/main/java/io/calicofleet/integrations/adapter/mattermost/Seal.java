package io.calicofleet.integrations.adapter.mattermost;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Values that go out and come back: whoever has no secret cannot make one, nor one for another purpose. Mattermost signs no request, so what it
 * sends back has to show by itself that it came from here.
 */
final class Seal {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Seal(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
    }

    /** A value, sealed. It can be read by everybody. */
    String seal(String purpose, Object value) {
        String content = Base64.getUrlEncoder().withoutPadding().encodeToString(EventJson.write(value));
        return content + "." + mac(purpose, content);
    }

    /** What was sealed for that purpose; empty where it was not, or not here. */
    <T> Optional<T> open(String purpose, String sealed, Class<T> type) {
        int dot = sealed.indexOf('.');
        if (dot < 0 || !same(mac(purpose, sealed.substring(0, dot)), sealed.substring(dot + 1))) {
            return Optional.empty();
        }
        try {
            return Optional.of(EventJson.read(Base64.getUrlDecoder().decode(sealed.substring(0, dot)), type));
        } catch (IOException | IllegalArgumentException e) {
            // Of another version.
            return Optional.empty();
        }
    }

    /** Whether two texts are the same, in a time that does not tell where they differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    private String mac(String purpose, String content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((purpose + "\n").getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(content.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "a seal";
    }
}
