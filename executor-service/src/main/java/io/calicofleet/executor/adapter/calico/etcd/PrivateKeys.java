package io.calicofleet.executor.adapter.calico.etcd;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads private keys in PEM: PKCS 8, the PKCS 1 that kubeadm writes, the SEC 1 that cfssl writes. */
final class PrivateKeys {

    private static final String NONE = "there is no private key without a password that can be read";

    private PrivateKeys() {}

    /**
     * The first key of a PEM text, whatever else is in it.
     *
     * @throws GeneralSecurityException where it holds none that can be read; the message does not quote it
     */
    static PrivateKey read(String pem) throws GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
                if (object instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
            }
        } catch (IOException | RuntimeException e) {
            // The cause may quote the text.
            throw new InvalidKeyException(NONE);
        }
        throw new InvalidKeyException(NONE);
    }
}
