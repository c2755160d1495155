//! DNS SRV records (RFC 2782), which the system's own resolver does not hand out.

use hickory_resolver::proto::rr::RData;
use hickory_resolver::{ResolverBuilder, TokioResolver};
use std::io;

/// Hosts and ports of the record, the best first. None where there is no such record.
pub async fn lookup(name: &str) -> io::Result<Vec<(String, u16)>> {
    let resolver = TokioResolver::builder_tokio()
        .and_then(ResolverBuilder::build)
        .map_err(io::Error::other)?;
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
