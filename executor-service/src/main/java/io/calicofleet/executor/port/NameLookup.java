package io.calicofleet.executor.port;

import io.calicofleet.executor.core.lockout.NameAnswer;

/** Asks for the addresses of a host by its name, as they are seen where the executor runs. */
@FunctionalInterface
public interface NameLookup {

    /** For where there is nobody to ask. */
    NameLookup NONE = name -> new NameAnswer.Unknown("there is nobody to ask");

    /** The addresses of a name. Blocks the calling virtual thread for a bounded time; what goes wrong is an answer too. */
    NameAnswer lookup(String name);
}
