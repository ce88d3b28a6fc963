//! The rules for the console of ActiveMQ Classic, on small files of our own.

use refit_model::{KeyOutcome, Outcome, SettledFile, Settlement};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::{Document, Settled, settle_brought};

const OLD: &str = r#"<beans>
  <bean id="securityLoginService" class="HashLoginService"/>
  <bean id="securityConstraint" class="Constraint">
    <property name="roles" value="user,admin"/>
  </bean>
  <bean id="securityHandler" class="Handler">
    <property name="loginService" ref="securityLoginService"/>
  </bean>
  <bean id="jettyPort" class="Port">
    <property name="host" value="127.0.0.1"/>
    <property name="port" value="8161"/>
  </bean>
  <bean id="Server" class="Server">
    <property name="handler">
      <bean id="handlers" class="HandlerCollection">
        <property name="handlers">
          <list>
            <ref bean="contexts"/>
          </list>
        </property>
      </bean>
    </property>
  </bean>
  <bean id="invokeConnectors" class="Invoker">
    <property name="arguments">
      <list>
        <bean id="Connector" class="ServerConnector"/>
      </list>
    </property>
  </bean>
</beans>
"#;

const SECURE: &str = r#"        <bean id="SecureConnector" class="ServerConnector">
          <constructor-arg ref="Server"/>
          <constructor-arg>
            <bean id="ssl" class="org.eclipse.jetty.util.ssl.SslContextFactory">
              <property name="keyStorePath" value="${activemq.conf}/own.ks"/>
              <property name="keyStorePassword" value="hidden"/>
            </bean>
          </constructor-arg>
          <property name="port" value="8443"/>
        </bean>
"#;

fn settled(file: &str, to: &str, base: &str, site: &str, new: Option<&str>) -> Settled {
    let pack = Packs::embedded().settings_of("activemq-classic").expect("the pack");
    let (from, to) = ("5.18.3".parse().expect("a version"), to.parse().expect("a version"));
    let way = FileWay::of_pack(&pack, file, &from, &to).expect("the pack knows the file");
    let parse = |text: &str| Document::parse(text.as_bytes(), &way.old).expect("it parses");
    let (base, site, new) = (parse(base), parse(site), new.map(parse));
    way.settle(FileSides { base: Some(&base), site: &site, new: new.as_ref() }, &[])
}

/// What the moved keys make of the file that takes them.
fn brought(file: &str, shipped: &str, settled: &Settled) -> String {
    let pack = Packs::embedded().settings_of("activemq-classic").expect("the pack");
    let spec = pack.settings.file(file).expect("the pack knows the file");
    let vendors = Document::parse(shipped.as_bytes(), spec).expect("it parses");
    let target = "6.3.1".parse().expect("a version");
    let brought = settle_brought(&vendors, &settled.moved, &target).expect("it can be brought");
    brought.content.expect("nothing is asked").redacted()
}

fn open(settlement: &Settlement) -> Vec<&KeyOutcome> {
    settlement.open().collect()
}

#[test]
fn the_consoles_connectors_go_to_the_properties_of_6_3() {
    let connector = "        <bean id=\"Connector\" class=\"ServerConnector\"/>\n";
    let site = OLD.replace(connector, &format!("{connector}{SECURE}")).replace("8161", "9161");
    let settled = settled("conf/jetty.xml", "6.3.1", OLD, &site, None);
    assert!(open(&settled.settlement).is_empty(), "{:#?}", open(&settled.settlement));
    let shipped = "httpEnabled=true\nhttpsEnabled=false\njetty.http.port=8161\njetty.ssl.port=1\n\
                   jetty.sslContext.keyStorePath=conf/sample.ks\n\
                   jetty.sslContext.keyStorePassword=OBF:x\n";
    assert_eq!(
        brought("conf/jetty-spring.properties", shipped, &settled),
        "httpEnabled=true\nhttpsEnabled=true\njetty.http.port=9161\njetty.ssl.port=8443\n\
         jetty.sslContext.keyStorePath=conf/own.ks\n\
         jetty.sslContext.keyStorePassword=(secret)\n\
         jetty.http.host=127.0.0.1\njetty.httpConfig.securePort=8443\n"
    );
}

#[test]
fn a_console_without_plain_http_is_told() {
    let site = OLD.replace("        <bean id=\"Connector\" class=\"ServerConnector\"/>\n", SECURE);
    let settled = settled("conf/jetty.xml", "6.3.1", OLD, &site, None);
    let told = |text: &str| text.contains("httpEnabled=false");
    assert!(settled.settlement.remarks.iter().any(|remark| told(&remark.text)));
}

#[test]
fn what_has_no_place_in_6_3_is_asked() {
    let site = OLD.replace("value=\"user,admin\"", "value=\"user,admin,guest\"");
    let settled = settled("conf/jetty.xml", "6.3.1", OLD, &site, None);
    let asked = open(&settled.settlement);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert!(asked[0].key.contains("roles"));
}

#[test]
fn the_consoles_parts_find_each_other_in_6_2() {
    let new = r#"<beans>
  <bean id="jaasLoginService" class="JAASLoginService"/>
  <bean id="securityConstraint" class="Constraint">
    <property name="roles" value="users,admins"/>
  </bean>
  <bean id="securityHandler" class="Handler">
    <property name="loginService" ref="jaasLoginService"/>
  </bean>
  <bean id="jettyPort" class="Port">
    <property name="host" value="127.0.0.1"/>
    <property name="port" value="8161"/>
  </bean>
  <bean id="handlers" class="HandlerCollection">
    <property name="handlers">
      <list>
        <ref bean="contexts"/>
      </list>
    </property>
  </bean>
  <bean id="inetAccessHandler" class="InetAccessHandler"/>
  <bean id="Server" class="Server">
    <property name="handler" ref="inetAccessHandler"/>
  </bean>
  <bean id="invokeConnectors" class="Invoker">
    <property name="arguments">
      <list>
        <bean id="Connector" class="ServerConnector"/>
      </list>
    </property>
  </bean>
</beans>
"#;
    let contexts = "<ref bean=\"contexts\"/>\n";
    let own = "<ref bean=\"contexts\"/>\n            <ref bean=\"own\"/>\n";
    let connector = "        <bean id=\"Connector\" class=\"ServerConnector\"/>\n";
    let site = OLD.replace(contexts, own).replace(connector, &format!("{connector}{SECURE}"));
    let settled = settled("conf/jetty.xml", "6.2.9", OLD, &site, Some(new));
    assert!(open(&settled.settlement).is_empty(), "{:#?}", open(&settled.settlement));
    let text = settled.content.expect("nothing is asked").redacted();
    assert!(text.contains("<property name=\"handler\" ref=\"inetAccessHandler\"/>"), "{text}");
    assert!(text.contains("<ref bean=\"own\"/>"), "{text}");
    assert_eq!(text.matches("id=\"handlers\"").count(), 1, "{text}");
    assert!(text.contains("SslContextFactory$Server"), "{text}");
    assert!(!text.contains("securityLoginService"), "{text}");
    let told = |text: &str| text.contains("127.0.0.1 and ::1");
    assert!(settled.settlement.remarks.iter().any(|remark| told(&remark.text)));
}

#[test]
fn the_consoles_users_become_the_brokers() {
    let base = "admin: admin, admin\nuser: user, user\n";
    let site = "admin: own, admin\nwatcher: seen, user\n";
    let settled = settled("conf/jetty-realm.properties", "6.3.1", base, site, None);
    assert_eq!(settled.settlement.result, SettledFile::Absent);
    let admin = settled.settlement.outcomes.iter().find(|outcome| outcome.key == "admin");
    let moved = Outcome::Moved("conf/users.properties#admin".to_owned());
    assert_eq!(admin.map(|admin| &admin.outcome), Some(&moved));
    assert_eq!(
        brought("conf/users.properties", "admin=admin\n", &settled),
        "admin=(secret)\nwatcher=(secret)\n"
    );
    assert_eq!(
        brought("conf/groups.properties", "admins=admin\n", &settled),
        "admins=admin\nusers=watcher\n"
    );
}
