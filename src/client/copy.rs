//! An answer of any length, handed on as it comes.

use tokio::time::timeout;

use super::Error;
use super::call::Call;
use super::request::{ANSWER_TIMEOUT, Http, STREAM_LIFE, retry_after};

/// Why a document was not copied to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The server says no, or its answer broke off.
    #[error(transparent)]
    Client(#[from] Error),
    /// What came could not be written.
    #[error(transparent)]
    Sink(#[from] std::io::Error),
}

impl Http {
    /// Sends a call and hands its answer to `sink`, part by part; each may take as long as a whole answer elsewhere.
    pub(super) async fn copy(
        &self,
        call: &Call,
        mut sink: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<(), ExportError> {
        let slow = |_| Error::Unreachable { server: self.server(), reason: "it took too long".to_owned() };
        let request = self.request(call).timeout(STREAM_LIFE);
        let mut answer = timeout(ANSWER_TIMEOUT, request.send())
            .await
            .map_err(slow)?
            .map_err(|error| self.lost(call, &error).error)?;
        let (status, wait) = (answer.status(), retry_after(answer.headers()));
        if !status.is_success() {
            let body = self.read(call, answer).await.map_err(|failed| failed.error)?;
            return Err(self.refused(call, status, wait, &body).error.into());
        }
        while let Some(part) = timeout(ANSWER_TIMEOUT, answer.chunk())
            .await
            .map_err(slow)?
            .map_err(|error| self.lost(call, &error).error)?
        {
            sink(&part)?;
        }
        Ok(())
    }
}
