package com.acme.broker;

import java.util.concurrent.atomic.AtomicLong;

import org.apache.activemq.advisory.AdvisorySupport;
import org.apache.activemq.broker.BrokerPluginSupport;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.command.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks each message with the site that took it in, and counts them. */
public class StampPlugin extends BrokerPluginSupport {
    private static final Logger LOG = LoggerFactory.getLogger(StampPlugin.class);
    private static final String PROPERTY = "acmeSite";
    private static final long TELL_EVERY = 100;

    private final AtomicLong stamped = new AtomicLong();
    private String site = "unknown";

    public String getSite() {
        return site;
    }

    public void setSite(String site) {
        this.site = site;
    }

    @Override
    public void start() throws Exception {
        super.start();
        LOG.info("marking messages as taken in by {}", site);
    }

    @Override
    public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
        if (!AdvisorySupport.isAdvisoryTopic(message.getDestination())
                && message.getProperty(PROPERTY) == null) {
            message.setProperty(PROPERTY, site);
            long count = stamped.incrementAndGet();
            LOG.debug("marked message {}", message.getMessageId());
            if (count % TELL_EVERY == 0) {
                LOG.info("{} messages marked", count);
            }
        }
        super.send(exchange, message);
    }
}
