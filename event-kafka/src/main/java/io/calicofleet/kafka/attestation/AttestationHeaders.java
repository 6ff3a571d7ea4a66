package io.calicofleet.kafka.attestation;

/** The headers a signature travels in: extension attributes of the CloudEvent. */
final class AttestationHeaders {

    /** The signed statement: a DSSE envelope as JSON. The same for all records that were signed together. */
    static final String STATEMENT = "ce_attestation";

    /** The record's place among them: {@code index/path}, the path in Base64. */
    static final String PLACE = "ce_attestationplace";

    private static final String ATTRIBUTE = "ce_";
    private static final String CONTENT_TYPE = "content-type";

    private AttestationHeaders() {}

    /** Whether a header is an attribute of the event, as CloudEvents on Kafka has them in binary mode, and so is signed. */
    static boolean isSigned(String header) {
        return (header.startsWith(ATTRIBUTE) && !is(header)) || header.equals(CONTENT_TYPE);
    }

    static boolean is(String header) {
        return header.equals(STATEMENT) || header.equals(PLACE);
    }
}
