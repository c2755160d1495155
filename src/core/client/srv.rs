//! DNS SRV records (RFC 2782), which the system's own resolver does not hand out.

use hickory_resolver::proto::rr::RData;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use std::io;

/// Hosts and ports of the record, the best first. None where there is no such record.
pub async fn lookup(name: &str) -> io::Result<Vec<(String, u16)>> {
    let resolver = TokioResolver::builder_tokio()
        .and_then(ResolverBuilder::build)
        .map_err(io::Error::other)?;
    ask(&resolver, name).await
}

async fn ask(resolver: &TokioResolver, name: &str) -> io::Result<Vec<(String, u16)>> {
    // With the dot at its end the name is whole: no search domain is tried behind it.
    let found = match resolver.srv_lookup(format!("{name}.")).await {
        Ok(found) => found,
        Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
        Err(error) => return Err(io::Error::other(error)),
    };
    let mut services: Vec<_> = found
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            // A dot says that the service is decidedly not offered.
            RData::SRV(service) if !service.target.is_root() => {
                let host = service.target.to_ascii().trim_end_matches('.').to_owned();
                Some((
                    service.priority,
                    u16::MAX - service.weight,
                    host,
                    service.port,
                ))
            }
            _ => None,
        })
        .collect();
    services.sort();
    Ok(services
        .into_iter()
        .map(|(_, _, host, port)| (host, port))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::Resolver;
    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
    use hickory_resolver::proto::rr::rdata::SRV;
    use hickory_resolver::proto::rr::{Name, Record};
    use std::net::{IpAddr, Ipv4Addr};
    use tokio::net::UdpSocket;

    /// A DNS that answers with these records: priority, weight, port, host.
    async fn dns(records: &'static [(u16, u16, u16, &'static str)]) -> TokioResolver {
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
        let mut connection = ConnectionConfig::udp();
        connection.port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut bytes = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut bytes).await {
                let question = Message::from_vec(&bytes[..length]).unwrap();
                let query = question.queries[0].clone();
                let mut answer = Message::response(question.metadata.id, OpCode::Query);
                answer.add_query(query.clone());
                if records.is_empty() {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                for (priority, weight, port, host) in records {
                    let target = Name::from_ascii(host).unwrap();
                    let service = RData::SRV(SRV::new(*priority, *weight, *port, target));
                    answer.add_answer(Record::from_rdata(query.name().clone(), 60, service));
                }
                socket
                    .send_to(&answer.to_vec().unwrap(), from)
                    .await
                    .unwrap();
            }
        });
        let server = NameServerConfig::new(IpAddr::V4(Ipv4Addr::LOCALHOST), true, vec![connection]);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        Resolver::builder_with_config(config, TokioRuntimeProvider::default())
            .build()
            .unwrap()
    }

    async fn services(
        records: &'static [(u16, u16, u16, &'static str)],
    ) -> io::Result<Vec<(String, u16)>> {
        ask(&dns(records).await, "_autodiscover._tcp.example.org").await
    }

    #[tokio::test]
    async fn the_best_comes_first_and_a_dot_is_no_host() {
        let found = services(&[
            (20, 0, 443, "spare.example.org."),
            (10, 5, 443, "light.example.org."),
            (10, 50, 8443, "Mail.example.org."),
            (0, 0, 0, "."),
        ])
        .await
        .unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(host, port)| (host.as_str(), *port))
            .collect();
        let wanted = [
            ("Mail.example.org", 8443),
            ("light.example.org", 443),
            ("spare.example.org", 443),
        ];
        assert_eq!(found, wanted);
    }

    #[tokio::test]
    async fn no_record_is_no_error() {
        assert!(services(&[]).await.unwrap().is_empty());
        assert!(services(&[(0, 0, 0, ".")]).await.unwrap().is_empty());
    }
}
