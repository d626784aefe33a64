//! Messages in the shapes that clients of the field send (`gateway-wire.md` section 6). All values are invented.

/// Everything a request may differ in, around one common content.
pub struct Shape {
    pub name: &'static str,
    pub message: &'static str,
}

/// Requests that must be read. All of them say messageId `m-1`, serviceId `DEMO`, senderId `login`, password `pass`.
pub const REQUESTS: &[Shape] = &[
    Shape {
        name: "no header, data as escaped text",
        message: r#"<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00.123+05:00</messageDate><sender><senderId>login</senderId><password>pass</password></sender></requestInfo><requestData><data xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">&lt;?xml version="1.0"?&gt;&lt;r xmlns="urn:demo"&gt;1 &amp;amp; 2&lt;/r&gt;</data></requestData></request></n:SendMessage></S:Body></S:Envelope>"#,
    },
    Shape {
        name: "two prefixes of one namespace, unused declarations, an id on the Body",
        message: r#"<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/><soap:Body xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" wsu:Id="id-1"><ns4:SendMessage xmlns:ns2="urn:unused" xmlns:ns4="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00+05:00</messageDate><sender><senderId>login</senderId><password>pass</password></sender></requestInfo><requestData><data><a b='1'/></data></requestData></request></ns4:SendMessage></soap:Body></soap:Envelope>"#,
    },
    Shape {
        name: "default namespace on the wrapper taken back on request, type of a foreign schema, prefix declared far above",
        message: r#"<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:far="urn:far">
 <soap:Header xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"/>
 <soap:Body>
  <SendMessage xmlns="http://bip.bee.kz/SyncChannel/v10/Types">
   <request xmlns="">
    <requestInfo>
     <messageId>m-1</messageId>
     <correlationId/>
     <serviceId>DEMO</serviceId>
     <messageDate>2024-05-20T10:00:00.000+05:00</messageDate>
     <routeId>ROUTE</routeId>
     <sender><senderId>login</senderId><password>pass</password></sender>
     <sessionId>{00000000-0000-4000-8000-000000000002}</sessionId>
    </requestInfo>
    <requestData>
     <data xsi:type="ns1:outgoing" xmlns:ns1="urn:document"><far:text>Өтініш</far:text></data>
    </requestData>
   </request>
  </SendMessage>
 </soap:Body>
</soap:Envelope>"#,
    },
    Shape {
        name: "data qualified with another namespace of the gateway",
        message: r#"<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Header/><E:Body><n:SendMessage xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types" xmlns=""><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T05:00:00.024Z</messageDate><sender><senderId>login</senderId><password>pass</password></sender><properties><key>CONNECTOR_CLIENT</key><value>true</value></properties></requestInfo><requestData><i:data xmlns:i="http://bip.bee.kz/SyncChannel/v10/Interfaces" xmlns:cs="urn:service" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="cs:Request"><messageId>other</messageId></i:data></requestData></request></n:SendMessage></E:Body></E:Envelope>"#,
    },
    Shape {
        name: "two properties, one without value, date without zone",
        message: r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types"><s:Header/><s:Body><t:SendMessage><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00</messageDate><sender><senderId>login</senderId><password>pass</password></sender><properties><key>k1</key><value>v1</value></properties><properties><key>k2</key><value/></properties></requestInfo><requestData><data><a>1</a></data></requestData></request></t:SendMessage></s:Body></s:Envelope>"#,
    },
    Shape {
        name: "empty optional elements",
        message: r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types"><s:Body><t:SendMessage><request><requestInfo><messageId>m-1</messageId><correlationId></correlationId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00+05:00</messageDate><routeId></routeId><sender><senderId>login</senderId><password>pass</password></sender><properties></properties><sessionId></sessionId></requestInfo><requestData><data/></requestData></request></t:SendMessage></s:Body></s:Envelope>"#,
    },
    Shape {
        name: "a bare date, two prefixes on Envelope, Header and Body",
        message: r#"<S:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><env:Header/><S:Body><t:SendMessage xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20</messageDate><sender><senderId>login</senderId><password>pass</password></sender></requestInfo><requestData><data><![CDATA[<r>1</r>]]></data></requestData></request></t:SendMessage></S:Body></S:Envelope>"#,
    },
    Shape {
        name: "Id on Body without namespace, sessionId without braces",
        message: r#"<s:Envelope xmlns:t="http://bip.bee.kz/SyncChannel/v10/Types" xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body Id="id-1"><t:SendMessage><request><requestInfo><messageId>m-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00.123+05:00</messageDate><sender><senderId>login</senderId><password>pass</password></sender><sessionId>not-a-guid</sessionId></requestInfo><requestData><data><t:a xmlns:s="urn:other"><s:b/></t:a></data></requestData></request></t:SendMessage></s:Body></s:Envelope>"#,
    },
    Shape {
        name: "another order, an unknown field, lower case in the namespace, no requestData content",
        message: r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><t:SendMessage xmlns:t="http://bip.bee.kz/SyncChannel/v10/types"><request><requestData></requestData><requestInfo><sender><password>pass</password><senderId> login </senderId></sender><userId>7</userId><messageDate>2024-05-20T10:00:00+05:00</messageDate><serviceId>
  DEMO
</serviceId><messageId>m-1</messageId></requestInfo></request></t:SendMessage></s:Body></s:Envelope>"#,
    },
    Shape {
        name: "default namespace throughout, byte-order mark, comments, CR LF",
        message: "\u{FEFF}<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\">\r\n<!-- c --><Body>\r\n<SendMessage xmlns=\"http://bip.bee.kz/SyncChannel/v10/Types\"><request><requestInfo><messageId>m<!-- x -->-1</messageId><serviceId>DEMO</serviceId><messageDate>2024-05-20T10:00:00+05:00</messageDate><sender><senderId>login</senderId><password>pass</password></sender></requestInfo><requestData><data><a>\r\n&#13;<b/></a></data></requestData></request></SendMessage></Body></Envelope>",
    },
];
