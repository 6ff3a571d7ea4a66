package io.calicofleet.integrations.adapter.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** What an endpoint's messages are signed with: one secret, or two of them while one takes the place of the other. */
final class Secrets {

    private static final String PREFIX = "whsec_";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final List<Webhook> signers;

    private Secrets(List<Webhook> signers) {
        this.signers = signers;
    }

    /**
     * Those in a text, one a line.
     *
     * @throws IllegalArgumentException where one is none, or there is none; the message tells nothing of it
     */
    static Secrets of(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("holds no secret; " + shape());
        }
        return new Secrets(lines.stream().map(Secrets::signer).toList());
    }

    private static Webhook signer(String line) {
        if (!line.startsWith(PREFIX)) {
            throw new IllegalArgumentException("holds a line that is no secret; " + shape());
        }
        try {
            int bytes = Base64.getDecoder().decode(line.substring(PREFIX.length())).length;
            if (bytes < SHORTEST || bytes > LONGEST) {
                throw new IllegalArgumentException("holds a secret of " + bytes + " bytes; " + shape());
            }
            return new Webhook(line);
        } catch (IllegalArgumentException e) {
            // What it was given may be quoted in what the decoder says.
            throw new IllegalArgumentException(
                    e.getMessage() != null && e.getMessage().startsWith("holds")
                            ? e.getMessage()
                            : "holds a secret that is no Base64; " + shape());
        }
    }

    private static String shape() {
        return "a secret is " + PREFIX + " and " + SHORTEST + " to " + LONGEST
                + " random bytes in Base64, one a line: echo \"whsec_$(openssl rand -base64 32)\"";
    }

    /** The signatures of a message, by each secret, as the header has them. */
    String sign(String id, long seconds, String body) {
        return signers.stream().map(signer -> sign(signer, id, seconds, body)).collect(Collectors.joining(" "));
    }

    private static String sign(Webhook signer, String id, long seconds, String body) {
        try {
            return signer.sign(id, seconds, body);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA256", e);
        }
    }

    @Override
    public String toString() {
        return signers.size() + " secrets";
    }
}
